import { and, eq } from 'drizzle-orm'
import { productVersions } from '#db/schema/product-versions.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
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
  const where = and(
    eq(productVersions.accountId, ctx.accountId),
    filtersToSql(productVersionListFields, input.filters),
    searchToSql(input.query, [
      productVersions.name,
      productVersions.displayName,
      productVersions.description,
    ]),
  )
  const page = await paginateTable(ctx.db, productVersions, {
    fields: productVersionListFields,
    input,
    where,
  })
  return page.map(toProductVersionDto)
}
