import type { Authorized } from '#lib/core/authorize.ts'
import { loadReleaseName } from './load-release-names.ts'
import type { NameKind } from './name-kinds.ts'
import { type ReleaseNameDto, toReleaseNameDto } from './release-name-dto.ts'

/**
 * One channel or platform.
 * @throws NOT_FOUND
 */
export async function getReleaseName(
  ctx: Authorized<'release:read'>,
  kind: NameKind,
  id: string,
): Promise<ReleaseNameDto> {
  return toReleaseNameDto(await loadReleaseName(ctx.db, ctx.accountId, kind, id))
}
