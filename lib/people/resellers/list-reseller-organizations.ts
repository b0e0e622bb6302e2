import { eq } from 'drizzle-orm'
import { organizations } from '#db/schema/organizations.ts'
import { requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { listOrganizationsWithin } from '../organizations/list-organizations.ts'
import type { OrganizationDto } from '../organizations/organization-dto.ts'
import { loadReseller } from './load-resellers.ts'

/**
 * The organizations that a reseller brought.
 * @throws NOT_FOUND
 */
export async function listResellerOrganizations(
  ctx: Authorized<'reseller:read'>,
  id: string,
  input: ListInput,
): Promise<Page<OrganizationDto>> {
  requireOwn(ctx, 'reseller', id)
  await loadReseller(ctx.db, ctx.accountId, id)
  return listOrganizationsWithin(ctx, input, eq(organizations.resellerId, id))
}
