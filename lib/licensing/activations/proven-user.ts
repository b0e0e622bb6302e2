import { and, eq, inArray, type SQL } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { signIn } from '#lib/people/sign-in/sign-in.ts'
import { findTypedKey } from '../licenses/find-typed-key.ts'
import { keyLookUps } from '../licenses/license-key.ts'
import type { ActivationInput } from './activation-input.ts'
import type { License } from './license-facts.ts'

/**
 * The user that the request proves: its bearer, or, where the license asks for it, email and password. Runs before any lock is
 * taken, because checking a password is slow.
 * @throws AUTHENTICATION_FAILED, RATE_LIMITED
 */
export async function provenUser(
  ctx: Authorized<'public'>,
  { key, email, password }: ActivationInput,
): Promise<string | null> {
  if (ctx.actor.kind === 'customer') return ctx.actor.userId
  if (!email || !password || !(await asksForSignIn(ctx, key))) return null
  try {
    return (await signIn(ctx, { email, password })).userId
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    // Applications take 409 for a broken network, so a locked sign-in is reported as a failed one (contract §6).
    if (error.code === 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED') throw authenticationFailed()
    // The body has no field for a code, and a password alone is not enough.
    if (error.code === 'MISSING_TWO_FACTOR_CODE') {
      throw new AppError(
        'AUTHENTICATION_FAILED',
        'This user signs in with a second factor: sign in at /v3/accounts/login and send its access token as bearer.',
      )
    }
    throw error
  }
}

/**
 * @throws AUTHENTICATION_FAILED when the license asks for its user's sign-in and it was neither its owner's nor that of
 *   somebody it was given to besides
 */
export function assertOwnerPresent(license: License, userId: string | null): void {
  if (!license.requireAuthentication) return
  const isUser = userId !== null && (userId === license.userId || license.additionalUserIds.includes(userId))
  if (!isUser) throw authenticationFailed()
}

async function asksForSignIn(ctx: Authorized<'public'>, key: string): Promise<boolean> {
  const asks = async (condition: SQL) => {
    const [license] = await ctx.db
      .select({ asks: licenses.requireAuthentication })
      .from(licenses)
      .where(and(eq(licenses.accountId, ctx.accountId), condition))
    return license?.asks
  }
  const current = await asks(inArray(licenses.keyHash, keyLookUps(key)))
  if (current !== undefined) return current
  const typed = await findTypedKey(ctx.db, ctx.accountId, key, ctx.clock.now())
  return typed !== undefined && (await asks(eq(licenses.id, typed.licenseId))) === true
}

function authenticationFailed(): AppError {
  return new AppError(
    'AUTHENTICATION_FAILED',
    'This license asks for the email address and password of its user.',
  )
}
