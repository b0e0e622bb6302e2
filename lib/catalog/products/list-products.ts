import { and, eq } from 'drizzle-orm'
import { products } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { metadataListFields, takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { loadProducts } from './load-products.ts'
import { type ProductDto, toProductDto } from './product-dto.ts'

/** What the list of products can be filtered and sorted by. */
export const productListFields = {
  name: { kind: 'text', column: products.name },
  displayName: { kind: 'text', column: products.displayName },
  licenseTemplateId: { kind: 'id', column: products.licenseTemplateId },
  trialPolicyId: { kind: 'id', column: products.trialPolicyId },
  createdAt: { kind: 'date', column: products.createdAt },
  updatedAt: { kind: 'date', column: products.updatedAt },
  ...metadataListFields,
} as const satisfies ListFields

/** Products, oldest first unless sorted otherwise. `query` finds part of the names or the description. */
export async function listProducts(
  ctx: Authorized<'product:read'>,
  input: ListInput,
): Promise<Page<ProductDto>> {
  const metadata = takeMetadataFilters(products.metadata, input.filters)
  const where = and(
    filtersToSql(productListFields, metadata.others),
    metadata.condition,
    searchToSql(input.query, [products.name, products.displayName, products.description]),
  )
  const page = await paginate(
    { fields: productListFields, input, ties: products, where },
    {
      count: () => ctx.db.$count(products, and(eq(products.accountId, ctx.accountId), where)),
      rows: (selection) => loadProducts(ctx.db, ctx.accountId, selection),
    },
  )
  return page.map(toProductDto)
}
