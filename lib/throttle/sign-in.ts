import type { Ctx } from '../context.ts'
import { addressBlock } from '../http/rate-limit.ts'
import { type Counted, countAttempt, forgiveAttempts } from './throttle.ts'

function byIdentifier(ctx: Ctx, area: string, identifier: string): Counted[] {
  const subject = `${ctx.accountId} ${area} ${identifier}`
  return [
    { limit: { name: 'sign-in-minute', points: 6, seconds: 60 }, subject },
    { limit: { name: 'sign-in-hour', points: 20, seconds: 3600 }, subject },
  ]
}

function byAddress(ctx: Ctx, area: string): Counted[] {
  const subject = `${ctx.accountId} ${area} ${addressBlock(ctx.ip)}`
  return [
    { limit: { name: 'sign-in-address-minute', points: 60, seconds: 60 }, subject },
    { limit: { name: 'sign-in-address-hour', points: 300, seconds: 3600 }, subject },
  ]
}

/** Whose sign-in it is: customers and operators are counted apart. */
export type SignInArea = 'user' | 'operator'

/**
 * Signing in: 6 a minute and 20 an hour per identifier, 60 and 300 per address. Unknown identifiers count like known ones.
 * @throws RATE_LIMITED
 */
export async function throttleSignIn(ctx: Ctx, area: SignInArea, identifier: string): Promise<void> {
  await countAttempt([...byIdentifier(ctx, area, identifier), ...byAddress(ctx, area)])
}

/** After a right password the identifier's attempts are forgotten; the address's are not, or a guesser could wash them off. */
export async function forgiveSignIn(ctx: Ctx, area: SignInArea, identifier: string): Promise<void> {
  await forgiveAttempts(byIdentifier(ctx, area, identifier))
}
