import type { Authorized } from '#lib/core/authorize.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import { loadLicense } from './load-licenses.ts'

/**
 * One license.
 * @throws NOT_FOUND
 */
export async function getLicense(ctx: Authorized<'license:read'>, id: string): Promise<LicenseDto> {
  const now = ctx.clock.now()
  return toLicenseDto(await loadLicense(ctx.db, ctx.accountId, id, now), now)
}
