import { and, eq, isNull } from 'drizzle-orm'
import { users } from '#db/schema/users.ts'
import { forgiveCodes, throttleCodes } from '#lib/access/throttle/codes.ts'
import { findUserPlace, rememberAddress } from '#lib/access/throttle/known-place.ts'
import { clearFailures, countFailure, lockedUntil } from '#lib/access/throttle/lockout.ts'
import { forgiveSignIn } from '#lib/access/throttle/sign-in.ts'
import type { Proven } from '#lib/access/tokens/issue-access-token.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { type SecondFactor, spendSecondFactor } from '../second-factors/spend-second-factor.ts'
import { type PasswordProof, signInFailed, signInLocked } from './check-password.ts'

/**
 * The second step of signing in: takes the code where one is needed and notes the sign-in, unless all sessions were ended since
 * the first step, as a new password or a ban does. `within` runs in the same transaction, so that nothing it grants survives a
 * password that changes meanwhile.
 * @throws MISSING_TWO_FACTOR_CODE, INVALID_TWO_FACTOR_CODE, AUTHENTICATION_FAILED, RATE_LIMITED,
 *   ACCOUNT_LOGIN_TEMPORARILY_LOCKED
 */
export async function finishSignIn(
  ctx: Authorized<'public'>,
  proof: PasswordProof,
  given: SecondFactor,
  within?: (tx: Authorized<'public'>, proven: Proven) => Promise<void>,
): Promise<Proven> {
  const { userId, identifier } = proof
  const place = await findUserPlace(ctx, userId)
  const attempt = { area: 'user', identifier, place } as const
  const triesCode = Boolean(given.twoFactorCode?.trim() || given.twoFactorRecoveryCode?.trim())
  if (proof.secondFactor && triesCode) {
    await throttleCodes(ctx, userId, place)
    const locked = await lockedUntil(ctx, attempt)
    if (locked) throw signInLocked(ctx, locked)
  }
  try {
    await note(ctx, proof, given, within)
  } catch (error) {
    if (error instanceof AppError && error.code === 'INVALID_TWO_FACTOR_CODE') {
      await countFailure(ctx, attempt)
    }
    throw error
  }
  await clearFailures(ctx, attempt)
  await forgiveSignIn(ctx, attempt)
  if (proof.secondFactor) await forgiveCodes(ctx, userId, place)
  return { userId, signInEpoch: proof.signInEpoch }
}

async function note(
  ctx: Authorized<'public'>,
  proof: PasswordProof,
  given: SecondFactor,
  within: Parameters<typeof finishSignIn>[3],
): Promise<void> {
  const { userId, signInEpoch } = proof
  await inTransaction(ctx, async (tx) => {
    const [still] = await tx.db
      .select({ id: users.id })
      .from(users)
      .where(
        and(
          eq(users.accountId, tx.accountId),
          eq(users.id, userId),
          eq(users.signInEpoch, signInEpoch),
          isNull(users.bannedAt),
          eq(users.allowCustomerPortalAccess, true),
        ),
      )
      .for('no key update')
    if (!still) throw signInFailed()
    await spendSecondFactor(tx, userId, given)
    await rememberAddress(tx, { userId })
    recordEvent(tx, { event: 'user.signed-in', resource: 'user', resourceId: userId, userId })
    await within?.(tx, { userId, signInEpoch })
  })
}
