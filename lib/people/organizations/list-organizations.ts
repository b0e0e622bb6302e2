import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import { organizations } from '#db/schema/organizations.ts'
import { administeredBy, metadataViewer } from '#lib/access/administered.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { organizationListFields } from './list-fields.ts'
import { loadOrganizations } from './load-organizations.ts'
import { type OrganizationDto, toOrganizationDto } from './organization-dto.ts'
import { refuseHiddenFilters } from './refuse-hidden-filters.ts'

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
  const part = `%${likeText(input.query)}%`
  const where = and(
    within,
    filtersToSql(organizationListFields, metadata.others),
    metadata.condition,
    input.query
      ? or(
          sql`${organizations.name} ilike ${part}`,
          sql`${organizations.email} ilike ${part}`,
          sql`${organizations.description} ilike ${part}`,
        )
      : undefined,
  )
  const order = listOrder(organizationListFields, input, organizations)
  const [total, found] = await Promise.all([
    ctx.db.$count(organizations, and(eq(organizations.accountId, ctx.accountId), where)),
    loadOrganizations(ctx.db, ctx.accountId, {
      ...order,
      where: and(where, order.after),
    }),
  ])
  const viewer = metadataViewer(ctx)
  return order.page(found, total).map((organization) => toOrganizationDto(organization, viewer))
}
