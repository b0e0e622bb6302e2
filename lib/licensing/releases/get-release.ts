import type { Authorized } from '#lib/core/authorize.ts'
import { loadRelease } from './load-releases.ts'
import { type ReleaseDto, toReleaseDto } from './release-dto.ts'

/**
 * One release.
 * @throws NOT_FOUND
 */
export async function getRelease(ctx: Authorized<'release:read'>, id: string): Promise<ReleaseDto> {
  return toReleaseDto(await loadRelease(ctx.db, ctx.accountId, id))
}
