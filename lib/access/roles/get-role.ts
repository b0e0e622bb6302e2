import { and, eq } from 'drizzle-orm'
import { roles } from '#db/schema/operators.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type RoleDto, toRoleDto } from './role-dto.ts'

/**
 * One role.
 * @throws NOT_FOUND
 */
export async function getRole(ctx: Authorized<'role:read'>, id: string): Promise<RoleDto> {
  const [role] = await ctx.db
    .select()
    .from(roles)
    .where(and(eq(roles.accountId, ctx.accountId), eq(roles.id, id)))
  if (!role) throw notFound('role')
  return toRoleDto(role)
}
