import { eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { requireOwn } from '../auth/administered.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { LicenseDto } from '../licenses/license-dto.ts'
import type { ListInput } from '../list/filter.ts'
import type { Page } from '../list/page.ts'
import { listLicensesWithin } from './list-licenses-within.ts'
import { loadOrganization } from './load-organizations.ts'

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
