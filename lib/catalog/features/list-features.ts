import { and, eq, getTableColumns, or, sql } from 'drizzle-orm'
import { features } from '#db/schema/entitlements.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { type FeatureDto, toFeatureDto } from './feature-dto.ts'

/** What the list of features can be filtered and sorted by. */
export const featureListFields = {
  name: { kind: 'text', column: features.name },
  displayName: { kind: 'text', column: features.displayName },
  createdAt: { kind: 'date', column: features.createdAt },
  updatedAt: { kind: 'date', column: features.updatedAt },
} as const satisfies ListFields

/** Features, oldest first unless sorted otherwise. `query` finds part of its names or description. */
export async function listFeatures(
  ctx: Authorized<'feature:read'>,
  input: ListInput,
): Promise<Page<FeatureDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(features.accountId, ctx.accountId),
    filtersToSql(featureListFields, input.filters),
    input.query
      ? or(
          sql`${features.name} ilike ${part}`,
          sql`${features.displayName} ilike ${part}`,
          sql`${features.description} ilike ${part}`,
        )
      : undefined,
  )
  const order = listOrder(featureListFields, input, features)
  const [total, rows] = await Promise.all([
    ctx.db.$count(features, where),
    ctx.db
      .select({ ...getTableColumns(features), position: order.position })
      .from(features)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toFeatureDto)
}
