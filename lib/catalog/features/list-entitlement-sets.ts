import { and, eq } from 'drizzle-orm'
import { entitlementSets } from '#db/schema/entitlements.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type EntitlementSetDto, toEntitlementSetDto } from './entitlement-set-dto.ts'
import { loadEntitlementSets } from './load-entitlement-sets.ts'

/** What the list of entitlement sets can be filtered and sorted by. */
export const entitlementSetListFields = {
  name: { kind: 'text', column: entitlementSets.name },
  displayName: { kind: 'text', column: entitlementSets.displayName },
  createdAt: { kind: 'date', column: entitlementSets.createdAt },
  updatedAt: { kind: 'date', column: entitlementSets.updatedAt },
} as const satisfies ListFields

/** Entitlement sets, oldest first unless sorted otherwise. `query` finds part of its names. */
export async function listEntitlementSets(
  ctx: Authorized<'entitlementSet:read'>,
  input: ListInput,
): Promise<Page<EntitlementSetDto>> {
  const where = and(
    filtersToSql(entitlementSetListFields, input.filters),
    searchToSql(input.query, [entitlementSets.name, entitlementSets.displayName]),
  )
  const page = await paginate(
    { fields: entitlementSetListFields, input, ties: entitlementSets, where },
    {
      count: () => ctx.db.$count(entitlementSets, and(eq(entitlementSets.accountId, ctx.accountId), where)),
      rows: (selection) => loadEntitlementSets(ctx.db, ctx.accountId, selection),
    },
  )
  return page.map(toEntitlementSetDto)
}
