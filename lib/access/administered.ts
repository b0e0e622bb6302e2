import type { Administered } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError, notFound } from '#lib/core/errors.ts'

/** What a customer who calls runs; undefined for everybody else, whom their permission leads to the whole account. */
export function administeredBy(ctx: Ctx): Administered | undefined {
  return ctx.actor.kind === 'customer' ? ctx.actor.administers : undefined
}

/**
 * Refuses a customer who asks for another organization or reseller than the one they run: it looks like a missing one.
 * @throws NOT_FOUND
 */
export function requireOwn(ctx: Ctx, kind: Administered['kind'], id: string): void {
  if (ctx.actor.kind !== 'customer') return
  const { administers } = ctx.actor
  if (administers?.kind !== kind || administers.id !== id) throw notFound(kind)
}

/**
 * Refuses customers altogether: making, changing and deleting organizations and resellers is the vendor's.
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

/** Who looks at metadata: an administrator sees what was shared with its kind, null stands for the vendor, who sees all. */
export function metadataViewer(ctx: Ctx): Administered['kind'] | null {
  return administeredBy(ctx)?.kind ?? null
}
