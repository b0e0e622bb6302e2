import { and, eq, or, sql } from 'drizzle-orm'
import { products } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { productListFields } from './list-fields.ts'
import { loadProducts } from './load-products.ts'
import { type ProductDto, toProductDto } from './product-dto.ts'

/** Products, oldest first unless sorted otherwise. `query` finds part of the names or the description. */
export async function listProducts(
  ctx: Authorized<'product:read'>,
  input: ListInput,
): Promise<Page<ProductDto>> {
  const metadata = takeMetadataFilters(products.metadata, input.filters)
  const part = `%${likeText(input.query)}%`
  const where = and(
    filtersToSql(productListFields, metadata.others),
    metadata.condition,
    input.query
      ? or(
          sql`${products.name} ilike ${part}`,
          sql`${products.displayName} ilike ${part}`,
          sql`${products.description} ilike ${part}`,
        )
      : undefined,
  )
  const order = listOrder(productListFields, input, products)
  const [total, found] = await Promise.all([
    ctx.db.$count(products, and(eq(products.accountId, ctx.accountId), where)),
    loadProducts(ctx.db, ctx.accountId, {
      ...order,
      where: and(where, order.after),
    }),
  ])
  return order.page(found, total).map(toProductDto)
}
