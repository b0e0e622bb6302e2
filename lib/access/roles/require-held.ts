import { permissionsOf } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import type { Permission } from '#lib/core/permissions.ts'

/**
 * Refuses to put claims into a role that its maker does not hold. Otherwise its holder could act for the maker.
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
