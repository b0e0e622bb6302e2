import { and, eq, or, sql } from 'drizzle-orm'
import { resellers } from '#db/schema/organizations.ts'
import { administeredBy, metadataViewer } from '#lib/access/administered.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { refuseHiddenFilters } from '../organizations/refuse-hidden-filters.ts'
import { resellerListFields } from './list-fields.ts'
import { loadResellers } from './load-resellers.ts'
import { type ResellerDto, toResellerDto } from './reseller-dto.ts'

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
  const part = `%${likeText(input.query)}%`
  const where = and(
    own && eq(resellers.id, own.id),
    filtersToSql(resellerListFields, metadata.others),
    metadata.condition,
    input.query
      ? or(
          sql`${resellers.name} ilike ${part}`,
          sql`${resellers.email} ilike ${part}`,
          sql`${resellers.description} ilike ${part}`,
        )
      : undefined,
  )
  const order = listOrder(resellerListFields, input, resellers)
  const [total, found] = await Promise.all([
    ctx.db.$count(resellers, and(eq(resellers.accountId, ctx.accountId), where)),
    loadResellers(ctx.db, ctx.accountId, {
      ...order,
      where: and(where, order.after),
    }),
  ])
  const viewer = metadataViewer(ctx)
  return order.page(found, total).map((reseller) => toResellerDto(reseller, viewer))
}
