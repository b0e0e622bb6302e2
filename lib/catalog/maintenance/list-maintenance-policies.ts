import { and, eq, getTableColumns, or, sql } from 'drizzle-orm'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { type MaintenancePolicyDto, toMaintenancePolicyDto } from './maintenance-policy-dto.ts'

/** What the list of maintenance policies can be filtered and sorted by. */
export const maintenancePolicyListFields = {
  name: { kind: 'text', column: maintenancePolicies.name },
  createdAt: { kind: 'date', column: maintenancePolicies.createdAt },
  updatedAt: { kind: 'date', column: maintenancePolicies.updatedAt },
} as const satisfies ListFields

/** Maintenance policies, oldest first unless sorted otherwise. `query` finds part of the name or the description. */
export async function listMaintenancePolicies(
  ctx: Authorized<'maintenancePolicy:read'>,
  input: ListInput,
): Promise<Page<MaintenancePolicyDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(maintenancePolicies.accountId, ctx.accountId),
    filtersToSql(maintenancePolicyListFields, input.filters),
    input.query
      ? or(
          sql`${maintenancePolicies.name} ilike ${part}`,
          sql`${maintenancePolicies.description} ilike ${part}`,
        )
      : undefined,
  )
  const order = listOrder(maintenancePolicyListFields, input, maintenancePolicies)
  const [total, rows] = await Promise.all([
    ctx.db.$count(maintenancePolicies, where),
    ctx.db
      .select({ ...getTableColumns(maintenancePolicies), position: order.position })
      .from(maintenancePolicies)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toMaintenancePolicyDto)
}
