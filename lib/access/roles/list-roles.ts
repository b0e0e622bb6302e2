import { and, eq } from 'drizzle-orm'
import { roles } from '#db/schema/operators.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type RoleDto, toRoleDto } from './role-dto.ts'

/** What the list of roles can be filtered and sorted by. */
export const roleListFields = {
  name: { kind: 'text', column: roles.name },
  reserved: { kind: 'boolean', column: roles.reserved },
  createdAt: { kind: 'date', column: roles.createdAt },
  updatedAt: { kind: 'date', column: roles.updatedAt },
} as const satisfies ListFields

/** The roles of operators, reserved ones among them. `query` finds part of the name or description. */
export async function listRoles(ctx: Authorized<'role:read'>, input: ListInput): Promise<Page<RoleDto>> {
  const where = and(
    eq(roles.accountId, ctx.accountId),
    filtersToSql(roleListFields, input.filters),
    searchToSql(input.query, [roles.name, roles.description]),
  )
  const page = await paginateTable(ctx.db, roles, { fields: roleListFields, input, where })
  return page.map(toRoleDto)
}
