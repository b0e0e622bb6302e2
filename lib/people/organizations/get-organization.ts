import { metadataViewer, requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { loadOrganization } from './load-organizations.ts'
import { type OrganizationDto, toOrganizationDto } from './organization-dto.ts'

/**
 * One organization.
 * @throws NOT_FOUND, for another one than their own to those who run one
 */
export async function getOrganization(
  ctx: Authorized<'organization:read'>,
  id: string,
): Promise<OrganizationDto> {
  requireOwn(ctx, 'organization', id)
  return toOrganizationDto(await loadOrganization(ctx.db, ctx.accountId, id), metadataViewer(ctx))
}
