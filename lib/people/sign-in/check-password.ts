import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { passwordInput } from '#lib/access/passwords/password-policy.ts'
import { type CallerPlaces, callerPlaces, toKnownPlace, userPlace } from '#lib/access/throttle/known-place.ts'
import { countFailure, lockedUntil } from '#lib/access/throttle/lockout.ts'
import { throttleSignIn } from '#lib/access/throttle/sign-in.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { hashPassword, needsRehash, verifyPassword } from '#lib/core/crypto/password.ts'
import { AppError } from '#lib/core/errors.ts'
import { hasSecondFactor } from '../users/find-user.ts'

export const Credentials = z.object({
  email: z.string('an email address is expected').min(1, 'an email address is required').max(320),
  password: passwordInput(),
})

/**
 * The result of a right password. `finishSignIn` decides whether it is enough. It may leave the server sealed, never in clear.
 */
export const PasswordProof = z.object({
  userId: z.uuid(),
  /** The address in the form that failures are counted by. */
  identifier: z.string(),
  /** The user's epoch when the password was checked. The proof is worthless under another one. */
  signInEpoch: z.number().int(),
  /** Whether a code is needed besides. */
  secondFactor: z.boolean(),
})
export type PasswordProof = z.output<typeof PasswordProof>

/**
 * Checks a customer's password, the first step of signing in. Unknown addresses, wrong passwords and banned users get the same
 * answer after the same work.
 * @throws AUTHENTICATION_FAILED, RATE_LIMITED, ACCOUNT_LOGIN_TEMPORARILY_LOCKED (a page shows the latter as the former)
 */
export async function checkPassword(
  ctx: Authorized<'public'>,
  input: z.output<typeof Credentials>,
): Promise<PasswordProof> {
  const identifier = canonicalEmail(input.email)
  const places = await callerPlaces(ctx)
  const user = await findByEmail(ctx, identifier, places)
  const attempt = { area: 'user', identifier, place: toKnownPlace(places, user?.placeHash) } as const
  await throttleSignIn(ctx, attempt)
  const locked = await lockedUntil(ctx, attempt)
  const fits = await verifyPassword(user?.passwordHash ?? null, input.password)
  if (locked) throw signInLocked(ctx, locked)
  if (!user?.passwordHash || !fits || user.bannedAt || !user.allowCustomerPortalAccess) {
    await countFailure(ctx, attempt)
    throw signInFailed()
  }
  if (needsRehash(user.passwordHash)) await rehash(ctx, user.id, user.passwordHash, input.password)
  return {
    userId: user.id,
    identifier,
    signInEpoch: user.signInEpoch,
    secondFactor: user.secondFactor,
  }
}

async function findByEmail(ctx: Ctx, canonical: string, places: CallerPlaces) {
  const [user] = await ctx.db
    .select({
      id: users.id,
      passwordHash: users.passwordHash,
      signInEpoch: users.signInEpoch,
      bannedAt: users.bannedAt,
      allowCustomerPortalAccess: users.allowCustomerPortalAccess,
      secondFactor: hasSecondFactor(users.accountId, users.id),
      placeHash: userPlace(places, users.accountId, users.id),
    })
    .from(userIdentifiers)
    .innerJoin(
      users,
      and(eq(users.accountId, userIdentifiers.accountId), eq(users.id, userIdentifiers.userId)),
    )
    .where(
      and(
        eq(userIdentifiers.accountId, ctx.accountId),
        eq(userIdentifiers.kind, 'email'),
        eq(userIdentifiers.canonical, canonical),
      ),
    )
  return user
}

/** The same password under today's parameters, unless it was changed meanwhile. */
async function rehash(ctx: Ctx, userId: string, stored: string, password: string): Promise<void> {
  const passwordHash = await hashPassword(password)
  await ctx.db
    .update(users)
    .set({ passwordHash })
    .where(and(eq(users.accountId, ctx.accountId), eq(users.id, userId), eq(users.passwordHash, stored)))
}

export function signInFailed(): AppError {
  return new AppError('AUTHENTICATION_FAILED', 'The email address or the password is not right.')
}

export function signInLocked(ctx: Ctx, until: Date): AppError {
  return new AppError(
    'ACCOUNT_LOGIN_TEMPORARILY_LOCKED',
    'Signing in is locked for a while after too many failed attempts.',
    { retryAfterSeconds: Math.ceil((until.getTime() - ctx.clock.now().getTime()) / 1000) },
  )
}
