import { AppError } from '../errors.ts'
import type { Authorized } from './authorize.ts'
import { self } from './self.ts'

/** How old a sign-in may be for a sensitive change, minutes. */
const FRESH_MINUTES = 10

/**
 * Sensitive changes need a sign-in that is at most ten minutes old.
 * @throws STEP_UP_REQUIRED
 */
export function requireFreshSignIn(ctx: Authorized<'me:write'>): void {
  const age = ctx.clock.now().getTime() - self(ctx).authenticatedAt.getTime()
  if (age > FRESH_MINUTES * 60_000) {
    throw new AppError('STEP_UP_REQUIRED', 'Please sign in again before you change this.')
  }
}
