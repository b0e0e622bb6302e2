import type { Ctx } from '#lib/core/context.ts'
import type { KnownPlace } from './known-place.ts'
import { type Counted, countAttempt, forgiveAttempts } from './throttle.ts'

function byUser(ctx: Ctx, userId: string, place: KnownPlace | undefined): Counted[] {
  const subject = `${ctx.accountId} code of ${userId}${place ? ` at ${place.key}` : ''}`
  return [
    { limit: { name: 'code-minute', points: 6, seconds: 60 }, subject },
    { limit: { name: 'code-hour', points: 10, seconds: 3600 }, subject },
  ]
}

/**
 * Codes of a second factor: 6 a minute and 10 an hour per user, so that six digits cannot be tried out. A place where the
 * user has signed in before is counted apart from all others together.
 * @throws RATE_LIMITED
 */
export async function throttleCodes(ctx: Ctx, userId: string, place: KnownPlace | undefined): Promise<void> {
  await countAttempt(byUser(ctx, userId, place))
}

/** After a right code. */
export async function forgiveCodes(ctx: Ctx, userId: string, place: KnownPlace | undefined): Promise<void> {
  await forgiveAttempts(byUser(ctx, userId, place))
}
