import { and, eq, getTableColumns, or, sql } from 'drizzle-orm'
import { productVersions } from '#db/schema/product-versions.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { type ProductVersionDto, toProductVersionDto } from './product-version-dto.ts'

/** What the list of product versions can be filtered and sorted by. */
export const productVersionListFields = {
  name: { kind: 'text', column: productVersions.name },
  displayName: { kind: 'text', column: productVersions.displayName },
  productId: { kind: 'id', column: productVersions.productId },
  createdAt: { kind: 'date', column: productVersions.createdAt },
  updatedAt: { kind: 'date', column: productVersions.updatedAt },
} as const satisfies ListFields

/** Product versions, oldest first unless sorted otherwise. `query` finds part of its names or description. */
export async function listProductVersions(
  ctx: Authorized<'product:read'>,
  input: ListInput,
): Promise<Page<ProductVersionDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(productVersions.accountId, ctx.accountId),
    filtersToSql(productVersionListFields, input.filters),
    input.query
      ? or(
          sql`${productVersions.name} ilike ${part}`,
          sql`${productVersions.displayName} ilike ${part}`,
          sql`${productVersions.description} ilike ${part}`,
        )
      : undefined,
  )
  const order = listOrder(productVersionListFields, input, productVersions)
  const [total, rows] = await Promise.all([
    ctx.db.$count(productVersions, where),
    ctx.db
      .select({ ...getTableColumns(productVersions), position: order.position })
      .from(productVersions)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toProductVersionDto)
}
