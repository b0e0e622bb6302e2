import { and, eq } from 'drizzle-orm'
import { roles } from '#db/schema/operators.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Permission } from '#lib/core/permissions.ts'
import { claimsOf } from '#lib/core/reserved-roles.ts'

/** A role about to be given to an operator. */
export interface RoleToGive {
  id: string
  name: string
  isOwner: boolean
  claims: readonly Permission[]
}

/**
 * The account's role of that name. Its claims stand still until the transaction ends.
 * @throws INVALID_INPUT naming `role`
 */
export async function findRole(ctx: Ctx, name: string): Promise<RoleToGive> {
  const [role] = await ctx.db
    .select({ id: roles.id, name: roles.name, reserved: roles.reserved, claims: roles.claims })
    .from(roles)
    .where(and(eq(roles.accountId, ctx.accountId), eq(roles.name, name)))
    .for('share')
  if (!role) throw fieldError('role', `there is no role "${name}"`)
  return { id: role.id, name, isOwner: isOwner(role), claims: claimsOf(role) }
}

/** Whether the role is the owner's. A role that the account made never is, whatever its claims. */
export function isOwner(role: { name: string; reserved: boolean }): boolean {
  return role.reserved && role.name === 'super-admin'
}
