import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'

/** The customer behind a context with a `me:…` permission. Verbs take the customer's id from here alone. */
export function self(ctx: Authorized<'me:read'> | Authorized<'me:write'> | Authorized<'me:buy'>): {
  userId: string
  tokenId: string
  authenticatedAt: Date
} {
  // No other kind of actor holds these permissions.
  if (ctx.actor.kind !== 'customer') throw new AppError('FORBIDDEN', 'Only a signed-in customer can do this.')
  return ctx.actor
}
