import type { Ctx } from '#lib/core/context.ts'
import type { KnownPlace } from './known-place.ts'
import { addressBlock } from './rate-limit.ts'
import { type Counted, countAttempt, forgiveAttempts } from './throttle.ts'

/** Whose sign-in it is: customers and operators are counted apart. */
export type SignInArea = 'user' | 'operator'

/** What somebody tries to sign in as, and the place they are at if its owner has signed in there before. */
export interface SignInAttempt {
  area: SignInArea
  identifier: string
  place: KnownPlace | undefined
}

function byIdentifier(ctx: Ctx, { area, identifier, place }: SignInAttempt): Counted[] {
  const subject = `${ctx.accountId} ${area} ${identifier}${place ? ` at ${place.key}` : ''}`
  return [
    { limit: { name: 'sign-in-minute', points: 6, seconds: 60 }, subject },
    { limit: { name: 'sign-in-hour', points: 20, seconds: 3600 }, subject },
  ]
}

function byAddress(ctx: Ctx, { area, place }: SignInAttempt): Counted[] {
  // Attempts of others behind the same address do not count for the owner's browser.
  if (place?.isDevice) return []
  const subject = `${ctx.accountId} ${area} ${addressBlock(ctx.ip)}`
  return [
    { limit: { name: 'sign-in-address-minute', points: 60, seconds: 60 }, subject },
    { limit: { name: 'sign-in-address-hour', points: 300, seconds: 3600 }, subject },
  ]
}

/**
 * Signing in: 6 a minute and 20 an hour per identifier, 60 and 300 per address. Unknown identifiers count like known ones. A
 * place where the owner has signed in before has the identifier's numbers to itself: strangers elsewhere, who share them
 * all together, cannot use it up.
 * @throws RATE_LIMITED
 */
export async function throttleSignIn(ctx: Ctx, attempt: SignInAttempt): Promise<void> {
  await countAttempt([...byIdentifier(ctx, attempt), ...byAddress(ctx, attempt)])
}

/** After a right password the identifier's attempts are forgotten; the address's are not, or a guesser could wash them off. */
export async function forgiveSignIn(ctx: Ctx, attempt: SignInAttempt): Promise<void> {
  await forgiveAttempts(byIdentifier(ctx, attempt))
}
