import { permissionsOf } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import type { Permission } from '#lib/core/permissions.ts'

/**
 * Refuses to put into a role what its maker may not do: whoever has the role would then do it for them.
 * @throws INSUFFICIENT_SCOPE naming `claims`
 */
export function requireHeld(ctx: Ctx, claims: readonly Permission[]): void {
  const held = permissionsOf(ctx.actor)
  const beyond = claims.filter((claim) => !held.has(claim))
  if (beyond.length === 0) return
  throw new AppError('INSUFFICIENT_SCOPE', `You cannot give what you do not hold: ${beyond.join(', ')}.`, {
    fields: { claims: `you do not hold ${beyond.join(', ')}` },
  })
}
