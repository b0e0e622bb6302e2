import { eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { loadReseller } from '#lib/people/resellers/load-resellers.ts'
import type { LicenseDto } from './license-dto.ts'
import { listLicensesWithin } from './list-licenses-within.ts'

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
