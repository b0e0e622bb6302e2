import { and, eq, or, sql } from 'drizzle-orm'
import { entitlementSets } from '#db/schema/entitlements.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
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
  const part = `%${likeText(input.query)}%`
  const where = and(
    filtersToSql(entitlementSetListFields, input.filters),
    input.query
      ? or(sql`${entitlementSets.name} ilike ${part}`, sql`${entitlementSets.displayName} ilike ${part}`)
      : undefined,
  )
  const order = listOrder(entitlementSetListFields, input, entitlementSets)
  const [total, found] = await Promise.all([
    ctx.db.$count(entitlementSets, and(eq(entitlementSets.accountId, ctx.accountId), where)),
    loadEntitlementSets(ctx.db, ctx.accountId, {
      ...order,
      where: and(where, order.after),
    }),
  ])
  return order.page(found, total).map(toEntitlementSetDto)
}
