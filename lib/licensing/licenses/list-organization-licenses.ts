import { eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { loadOrganization } from '#lib/people/organizations/load-organizations.ts'
import type { LicenseDto } from './license-dto.ts'
import { listLicensesWithin } from './list-licenses-within.ts'

/**
 * The licenses of an organization.
 * @throws NOT_FOUND, INVALID_INPUT for a filter that cannot be answered
 */
export async function listOrganizationLicenses(
  ctx: Authorized<'organization:read'>,
  id: string,
  input: ListInput,
): Promise<Page<LicenseDto>> {
  requireOwn(ctx, 'organization', id)
  await loadOrganization(ctx.db, ctx.accountId, id)
  return listLicensesWithin(ctx, input, eq(licenses.organizationId, id))
}
