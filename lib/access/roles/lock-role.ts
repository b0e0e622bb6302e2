import { and, eq } from 'drizzle-orm'
import { roles } from '#db/schema/operators.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError, notFound } from '#lib/core/errors.ts'

/**
 * A role of the account's own, locked until the transaction ends.
 * @throws NOT_FOUND, RESERVED_ROLE (CX-09)
 */
export async function lockRole(ctx: Ctx, id: string): Promise<typeof roles.$inferSelect> {
  const [role] = await ctx.db
    .select()
    .from(roles)
    .where(and(eq(roles.accountId, ctx.accountId), eq(roles.id, id)))
    .for('update')
  if (!role) throw notFound('role')
  if (role.reserved) {
    throw new AppError(
      'RESERVED_ROLE',
      `The role "${role.name}" is reserved. Clone it: make a role with its claims, and change that one.`,
    )
  }
  return role
}
