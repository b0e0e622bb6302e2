import { and, eq } from 'drizzle-orm'
import { featureFlags } from '#db/schema/product-versions.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
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
  const where = and(
    eq(featureFlags.accountId, ctx.accountId),
    filtersToSql(featureFlagListFields, input.filters),
    searchToSql(input.query, [featureFlags.name, featureFlags.description]),
  )
  const page = await paginateTable(ctx.db, featureFlags, { fields: featureFlagListFields, input, where })
  return page.map(toFeatureFlagDto)
}
