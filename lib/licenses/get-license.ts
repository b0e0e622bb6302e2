import type { Authorized } from '../auth/authorize.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import { loadLicense } from './load-licenses.ts'

/**
 * One license.
 * @throws NOT_FOUND
 */
export async function getLicense(ctx: Authorized<'license:read'>, id: string): Promise<LicenseDto> {
  return toLicenseDto(await loadLicense(ctx.db, ctx.accountId, id), ctx.clock.now())
}
