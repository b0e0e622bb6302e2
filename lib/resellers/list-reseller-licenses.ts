import { eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { requireOwn } from '../auth/administered.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { LicenseDto } from '../licenses/license-dto.ts'
import type { ListInput } from '../list/filter.ts'
import type { Page } from '../list/page.ts'
import { listLicensesWithin } from '../organizations/list-licenses-within.ts'
import { loadReseller } from './load-resellers.ts'

/**
 * The licenses that a reseller sells.
 * @throws NOT_FOUND, INVALID_INPUT for a filter that cannot be answered
 */
export async function listResellerLicenses(
  ctx: Authorized<'reseller:read'>,
  id: string,
  input: ListInput,
): Promise<Page<LicenseDto>> {
  requireOwn(ctx, 'reseller', id)
  await loadReseller(ctx.db, ctx.accountId, id)
  return listLicensesWithin(ctx, input, eq(licenses.resellerId, id))
}
