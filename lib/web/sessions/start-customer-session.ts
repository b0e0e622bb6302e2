import { cookies } from 'next/headers'
import { rememberDevice } from '#lib/access/throttle/known-place.ts'
import type { Proven } from '#lib/access/tokens/issue-access-token.ts'
import { mintSignInTicket } from '#lib/access/tokens/mint-sign-in-ticket.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { sessionCookie } from './cookie-names.ts'
import { deviceCookie } from './device-cookie.ts'
import { carrySession } from './next-auth.ts'
import { userAgent } from './request-facts.ts'

/**
 * Signs a browser in as a user who has just been proved to be that user: ticket, next-auth, cookie. Works in actions and
 * route handlers, with and without JavaScript in the browser.
 */
export async function startCustomerSession(ctx: Authorized<'public'>, proven: Proven): Promise<void> {
  const earned = await mintSignInTicket(ctx, { ...proven, userAgent: await userAgent() })
  const carrier = await carrySession(ctx, earned)
  if (!carrier) throw new AppError('AUTHENTICATION_FAILED', 'Signing in took too long. Please try again.')
  const { name, attributes } = sessionCookie()
  const jar = await cookies()
  jar.set({ name, value: carrier.value, expires: carrier.expires, ...attributes })
  jar.set(deviceCookie(await rememberDevice(ctx, { userId: proven.userId })))
}
