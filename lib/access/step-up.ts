import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { self } from './calling-customer.ts'

/** How old a sign-in may be for a sensitive change, minutes. */
const FRESH_MINUTES = 10

/** Whether the sign-in is fresh enough for a sensitive change; a page that offers one asks first. */
export function hasFreshSignIn(ctx: Authorized<'me:read'> | Authorized<'me:write'>): boolean {
  const age = ctx.clock.now().getTime() - self(ctx).authenticatedAt.getTime()
  return age <= FRESH_MINUTES * 60_000
}

/**
 * Sensitive changes need a sign-in that is at most ten minutes old.
 * @throws STEP_UP_REQUIRED
 */
export function requireFreshSignIn(ctx: Authorized<'me:write'>): void {
  if (!hasFreshSignIn(ctx)) {
    throw new AppError('STEP_UP_REQUIRED', 'Please sign in again before you change this.')
  }
}
