import { and, eq, isNull, sql } from 'drizzle-orm'
import { z } from 'zod'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { inTransaction, recordEvent } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { Ctx } from '../context.ts'
import { hashPassword, needsRehash, verifyPassword } from '../crypto/password.ts'
import { AppError } from '../errors.ts'
import { clearFailures, countFailure, lockedUntil } from '../throttle/lockout.ts'
import { forgiveSignIn, throttleSignIn } from '../throttle/sign-in.ts'
import { canonicalEmail } from './canonical-email.ts'
import { passwordInput } from './password-policy.ts'

export const Credentials = z.object({
  email: z.string('an email address is expected').min(1, 'an email address is required').max(320),
  password: passwordInput(),
})

/**
 * Proves a customer by password. Unknown addresses, wrong passwords and banned users cost the same and are answered alike.
 * @throws AUTHENTICATION_FAILED, RATE_LIMITED, ACCOUNT_LOGIN_TEMPORARILY_LOCKED (a page shows the latter as the former)
 */
export async function signIn(
  ctx: Authorized<'public'>,
  input: z.output<typeof Credentials>,
): Promise<{ userId: string }> {
  const identifier = canonicalEmail(input.email)
  await throttleSignIn(ctx, 'user', identifier)
  const user = await findByEmail(ctx, identifier)
  const locked = await lockedUntil(ctx, 'user', identifier)
  const fits = await verifyPassword(user?.passwordHash ?? null, input.password)
  if (locked) {
    throw new AppError(
      'ACCOUNT_LOGIN_TEMPORARILY_LOCKED',
      'Signing in is locked for a while after too many failed attempts.',
      { retryAfterSeconds: Math.ceil((locked.getTime() - ctx.clock.now().getTime()) / 1000) },
    )
  }
  if (!user?.passwordHash || !fits || user.bannedAt || !user.allowCustomerPortalAccess) {
    await countFailure(ctx, 'user', identifier)
    throw failed()
  }
  await welcomeBack(ctx, user, user.passwordHash, input.password)
  await clearFailures(ctx, 'user', identifier)
  await forgiveSignIn(ctx, 'user', identifier)
  return { userId: user.id }
}

async function findByEmail(ctx: Ctx, canonical: string) {
  const [user] = await ctx.db
    .select({
      id: users.id,
      passwordHash: users.passwordHash,
      passwordChangedAt: users.passwordChangedAt,
      bannedAt: users.bannedAt,
      allowCustomerPortalAccess: users.allowCustomerPortalAccess,
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

function failed(): AppError {
  return new AppError('AUTHENTICATION_FAILED', 'The email address or the password is not right.')
}

/** Notes the sign-in, unless the password was changed or the user banned while it was being checked. */
async function welcomeBack(
  ctx: Ctx,
  user: { id: string; passwordChangedAt: Date | null },
  stored: string,
  password: string,
): Promise<void> {
  const { id: userId } = user
  const rehashed = needsRehash(stored) ? await hashPassword(password) : undefined
  await inTransaction(ctx, async (tx) => {
    const same = and(
      eq(users.accountId, tx.accountId),
      eq(users.id, userId),
      sql`${users.passwordChangedAt} is not distinct from ${user.passwordChangedAt?.toISOString() ?? null}::timestamptz`,
      isNull(users.bannedAt),
    )
    const [still] = await tx.db.select({ id: users.id }).from(users).where(same).for('no key update')
    if (!still) throw failed()
    if (rehashed) await tx.db.update(users).set({ passwordHash: rehashed }).where(same)
    recordEvent(tx, { event: 'user.signed-in', resource: 'user', resourceId: userId, userId })
  })
}
