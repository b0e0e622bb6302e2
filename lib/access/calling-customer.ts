import type { Administered } from '#lib/core/actor.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError, notFound } from '#lib/core/errors.ts'

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

/** What the calling customer administers. Undefined for every other caller: their permission covers the whole account. */
export function administeredBy(ctx: Ctx): Administered | undefined {
  return ctx.actor.kind === 'customer' ? ctx.actor.administers : undefined
}

/**
 * Refuses a customer who names another organization or reseller than their own; the answer is that of a missing one.
 * @throws NOT_FOUND
 */
export function requireOwn(ctx: Ctx, kind: Administered['kind'], id: string): void {
  if (ctx.actor.kind !== 'customer') return
  const { administers } = ctx.actor
  if (administers?.kind !== kind || administers.id !== id) throw notFound(kind)
}

/**
 * Refuses customers: only the vendor makes, changes and deletes organizations and resellers.
 * @throws INSUFFICIENT_SCOPE
 */
export function requireVendor(ctx: Ctx): void {
  if (ctx.actor.kind === 'customer') {
    throw new AppError(
      'INSUFFICIENT_SCOPE',
      "You don't have the required permissions: only the vendor does this. Please contact your admin.",
    )
  }
}

/** The viewer of metadata. An administrator sees what was shared with its kind; null is the vendor, who sees all. */
export function metadataViewer(ctx: Ctx): Administered['kind'] | null {
  return administeredBy(ctx)?.kind ?? null
}
