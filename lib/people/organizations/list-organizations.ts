import { and, eq, type SQL } from 'drizzle-orm'
import { organizations } from '#db/schema/organizations.ts'
import { administeredBy, metadataViewer } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { metadataListFields, takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { loadOrganizations } from './load-organizations.ts'
import { type OrganizationDto, toOrganizationDto } from './organization-dto.ts'
import { refuseHiddenFilters } from './refuse-hidden-filters.ts'

/** What lists of organizations can be filtered and sorted by. */
export const organizationListFields = {
  name: { kind: 'text', column: organizations.name },
  email: { kind: 'text', column: organizations.email },
  allowedUsers: { kind: 'number', column: organizations.allowedUsers },
  resellerId: { kind: 'id', column: organizations.resellerId },
  createdAt: { kind: 'date', column: organizations.createdAt },
  updatedAt: { kind: 'date', column: organizations.updatedAt },
  ...metadataListFields,
} as const satisfies ListFields

/**
 * Organizations, oldest first unless sorted otherwise; who runs one finds it alone. `query` finds part of name, address or
 * description.
 */
export async function listOrganizations(
  ctx: Authorized<'organization:read'>,
  input: ListInput,
): Promise<Page<OrganizationDto>> {
  const own = administeredBy(ctx)
  return listOrganizationsWithin(ctx, input, own && eq(organizations.id, own.id))
}

/** The account's organizations that meet a condition; the calling verb checks who may see them. */
export async function listOrganizationsWithin(
  ctx: Ctx,
  input: ListInput,
  within: SQL | undefined,
): Promise<Page<OrganizationDto>> {
  refuseHiddenFilters(ctx, input)
  const metadata = takeMetadataFilters(organizations.metadata, input.filters)
  const where = and(
    within,
    filtersToSql(organizationListFields, metadata.others),
    metadata.condition,
    searchToSql(input.query, [organizations.name, organizations.email, organizations.description]),
  )
  const page = await paginate(
    { fields: organizationListFields, input, ties: organizations, where },
    {
      count: () => ctx.db.$count(organizations, and(eq(organizations.accountId, ctx.accountId), where)),
      rows: (selection) => loadOrganizations(ctx.db, ctx.accountId, selection),
    },
  )
  const viewer = metadataViewer(ctx)
  return page.map((organization) => toOrganizationDto(organization, viewer))
}
