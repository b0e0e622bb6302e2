import { and, eq } from 'drizzle-orm'
import { features } from '#db/schema/entitlements.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
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
  const where = and(
    eq(features.accountId, ctx.accountId),
    filtersToSql(featureListFields, input.filters),
    searchToSql(input.query, [features.name, features.displayName, features.description]),
  )
  const page = await paginateTable(ctx.db, features, { fields: featureListFields, input, where })
  return page.map(toFeatureDto)
}
