import { and, eq, or, sql } from 'drizzle-orm'
import { productVersions } from '#db/schema/product-versions.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListFields, ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
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
  const [total, rows] = await Promise.all([
    ctx.db.$count(productVersions, where),
    ctx.db
      .select()
      .from(productVersions)
      .where(where)
      .orderBy(...sortToSql(productVersionListFields, input.sort, productVersions))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toProductVersionDto), { total, page: input.page, limit: input.limit })
}
