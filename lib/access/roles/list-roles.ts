import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { roles } from '#db/schema/operators.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { roleListFields } from './list-fields.ts'
import { type RoleDto, toRoleDto } from './role-dto.ts'

/** The roles of operators, reserved ones among them. `query` finds part of the name or description. */
export async function listRoles(ctx: Authorized<'role:read'>, input: ListInput): Promise<Page<RoleDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(roles.accountId, ctx.accountId),
    filtersToSql(roleListFields, input.filters),
    input.query ? sql`(${roles.name} ilike ${part} or ${roles.description} ilike ${part})` : undefined,
  )
  const order = listOrder(roleListFields, input, roles)
  const [total, found] = await Promise.all([
    ctx.db.$count(roles, where),
    ctx.db
      .select({ ...getTableColumns(roles), position: order.position })
      .from(roles)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(found, total).map(toRoleDto)
}
