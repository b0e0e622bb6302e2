import { and, eq } from 'drizzle-orm'
import { operators, roles } from '#db/schema/operators.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { isOwner, type RoleToGive } from './find-role.ts'

/**
 * Refuses to give a role with more claims than its giver has. Only owners give the owner's role: it grows with every new
 * version, so holding all of today's claims is not enough.
 * @throws INSUFFICIENT_SCOPE naming `role`
 */
export async function requireMayGive(ctx: Ctx, role: RoleToGive): Promise<void> {
  const held = permissionsOf(ctx.actor)
  const beyond = role.claims.filter((claim) => !held.has(claim))
  if (beyond.length > 0) throw refusal(`you do not hold ${beyond.join(', ')}`)
  if (role.isOwner && !(await actsAsOwner(ctx))) throw refusal('only an owner makes owners')
}

async function actsAsOwner({ actor, accountId, db }: Ctx): Promise<boolean> {
  if (actor.kind === 'console') return true
  if (actor.kind !== 'operator') return false
  const [own] = await db
    .select({ name: roles.name, reserved: roles.reserved })
    .from(operators)
    .innerJoin(roles, and(eq(roles.accountId, operators.accountId), eq(roles.id, operators.roleId)))
    .where(and(eq(operators.accountId, accountId), eq(operators.id, actor.operatorId)))
  return own !== undefined && isOwner(own)
}

function refusal(reason: string): AppError {
  return new AppError('INSUFFICIENT_SCOPE', `You cannot give this role: ${reason}.`, {
    fields: { role: reason },
  })
}
