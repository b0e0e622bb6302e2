import { and, eq } from 'drizzle-orm'
import { resellers } from '#db/schema/organizations.ts'
import { administeredBy, metadataViewer } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { metadataListFields, takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { refuseHiddenFilters } from '../organizations/refuse-hidden-filters.ts'
import { loadResellers } from './load-resellers.ts'
import { type ResellerDto, toResellerDto } from './reseller-dto.ts'

/** What lists of resellers can be filtered and sorted by. */
export const resellerListFields = {
  name: { kind: 'text', column: resellers.name },
  email: { kind: 'text', column: resellers.email },
  createdAt: { kind: 'date', column: resellers.createdAt },
  updatedAt: { kind: 'date', column: resellers.updatedAt },
  ...metadataListFields,
} as const satisfies ListFields

/**
 * Resellers, oldest first unless sorted otherwise; who runs one finds it alone. `query` finds part of name, address or
 * description.
 */
export async function listResellers(
  ctx: Authorized<'reseller:read'>,
  input: ListInput,
): Promise<Page<ResellerDto>> {
  refuseHiddenFilters(ctx, input)
  const own = administeredBy(ctx)
  const metadata = takeMetadataFilters(resellers.metadata, input.filters)
  const where = and(
    own && eq(resellers.id, own.id),
    filtersToSql(resellerListFields, metadata.others),
    metadata.condition,
    searchToSql(input.query, [resellers.name, resellers.email, resellers.description]),
  )
  const page = await paginate(
    { fields: resellerListFields, input, ties: resellers, where },
    {
      count: () => ctx.db.$count(resellers, and(eq(resellers.accountId, ctx.accountId), where)),
      rows: (selection) => loadResellers(ctx.db, ctx.accountId, selection),
    },
  )
  const viewer = metadataViewer(ctx)
  return page.map((reseller) => toResellerDto(reseller, viewer))
}
