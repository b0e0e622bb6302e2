import { and, eq, getTableColumns, or, sql } from 'drizzle-orm'
import { featureFlags } from '#db/schema/product-versions.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { type FeatureFlagDto, toFeatureFlagDto } from './feature-flag-dto.ts'

/** What the list of feature flags can be filtered and sorted by. */
export const featureFlagListFields = {
  name: { kind: 'text', column: featureFlags.name },
  productId: { kind: 'id', column: featureFlags.productId },
  createdAt: { kind: 'date', column: featureFlags.createdAt },
  updatedAt: { kind: 'date', column: featureFlags.updatedAt },
} as const satisfies ListFields

/** Feature flags, oldest first unless sorted otherwise. `query` finds part of the name or the description. */
export async function listFeatureFlags(
  ctx: Authorized<'product:read'>,
  input: ListInput,
): Promise<Page<FeatureFlagDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(featureFlags.accountId, ctx.accountId),
    filtersToSql(featureFlagListFields, input.filters),
    input.query
      ? or(sql`${featureFlags.name} ilike ${part}`, sql`${featureFlags.description} ilike ${part}`)
      : undefined,
  )
  const order = listOrder(featureFlagListFields, input, featureFlags)
  const [total, rows] = await Promise.all([
    ctx.db.$count(featureFlags, where),
    ctx.db
      .select({ ...getTableColumns(featureFlags), position: order.position })
      .from(featureFlags)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toFeatureFlagDto)
}
