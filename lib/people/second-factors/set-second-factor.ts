import { and, eq, isNull } from 'drizzle-orm'
import { userRecoveryCodes, userTotpSecrets } from '#db/schema/second-factors.ts'
import { self } from '#lib/access/calling-customer.ts'
import { forgiveCodes, throttleCodes } from '#lib/access/throttle/codes.ts'
import { findUserPlace, type KnownPlace } from '#lib/access/throttle/known-place.ts'
import { throttleSignIn } from '#lib/access/throttle/sign-in.ts'
import { revokeSessions } from '#lib/access/tokens/revoke-sessions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { verifyPassword } from '#lib/core/crypto/password.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { lockOwnCredentials } from '../sign-in/own-credentials.ts'
import { findUser } from '../users/find-user.ts'
import { queueSecurityNotice } from '../users/queue-security-notice.ts'
import { invalidCode, openSecret, type SecondFactor, spendSecondFactor } from './spend-second-factor.ts'
import { deviceTime, matchTotpStep } from './totp.ts'

/** The proof for switching the second factor off: a code of it, or the password if the device is lost. */
export type TurnOffProof = SecondFactor & { password?: string | undefined }

/**
 * Switches the customer's second factor on, once a first code shows that the application has the secret. Other sessions end.
 * @throws MISSING_TWO_FACTOR_CODE, INVALID_TWO_FACTOR_CODE, CONFLICT without a secret, RATE_LIMITED
 */
export async function turnOnSecondFactor(
  ctx: Authorized<'me:write'>,
  given: Pick<SecondFactor, 'twoFactorCode'>,
): Promise<void> {
  const { userId, tokenId } = self(ctx)
  const found = await findSecret(ctx, userId)
  if (found?.enabledAt) return
  if (!found) throw new AppError('CONFLICT', 'There is no secret yet: ask for one first (2fa-secret).')
  if (!given.twoFactorCode?.trim()) throw missingCode()
  const place = await findUserPlace(ctx, userId)
  await throttleCodes(ctx, userId, place)
  const step = matchTotpStep(openSecret(found.sealed, userId), given.twoFactorCode, deviceTime(ctx))
  if (step === undefined) throw invalidCode()
  await inTransaction(ctx, async (tx) => {
    await lockOwnCredentials(tx)
    const now = tx.clock.now()
    const switched = await tx.db
      .update(userTotpSecrets)
      .set({ enabledAt: now, lastStep: step })
      .where(
        and(
          mine(tx, userId),
          isNull(userTotpSecrets.enabledAt),
          // The secret may have been replaced meanwhile; the code was checked against the old one.
          eq(userTotpSecrets.sealedSecret, found.sealed),
        ),
      )
      .returning({ userId: userTotpSecrets.userId })
    if (switched.length === 0) throw invalidCode()
    await revokeSessions(tx, userId, { except: tokenId })
    recordEvent(tx, { event: 'user.second-factor-enabled', resource: 'user', resourceId: userId, userId })
    await queueSecurityNotice(tx, userId, 'second-factor-on')
  })
  await forgiveCodes(ctx, userId, place)
}

/**
 * Switches the customer's second factor off and forgets secret and recovery codes.
 * @throws MISSING_TWO_FACTOR_CODE, INVALID_TWO_FACTOR_CODE, AUTHENTICATION_FAILED for a wrong password, RATE_LIMITED
 */
export async function turnOffSecondFactor(ctx: Authorized<'me:write'>, proof: TurnOffProof): Promise<void> {
  const { userId } = self(ctx)
  const found = await findSecret(ctx, userId)
  if (!found?.enabledAt) return
  const byPassword = Boolean(proof.password)
  const place = await findUserPlace(ctx, userId)
  const checked = byPassword ? await requirePassword(ctx, userId, place, proof.password ?? '') : undefined
  if (!checked && (proof.twoFactorCode?.trim() || proof.twoFactorRecoveryCode?.trim()))
    await throttleCodes(ctx, userId, place)
  await inTransaction(ctx, async (tx) => {
    const { signInEpoch } = await lockOwnCredentials(tx)
    // The password may have changed since it was compared.
    if (checked && checked.signInEpoch !== signInEpoch) throw wrongPassword()
    if (!checked) await spendSecondFactor(tx, userId, proof)
    await tx.db.delete(userTotpSecrets).where(mine(tx, userId))
    await tx.db
      .delete(userRecoveryCodes)
      .where(and(eq(userRecoveryCodes.accountId, tx.accountId), eq(userRecoveryCodes.userId, userId)))
    recordEvent(tx, { event: 'user.second-factor-disabled', resource: 'user', resourceId: userId, userId })
    await queueSecurityNotice(tx, userId, 'second-factor-off')
  })
  await forgiveCodes(ctx, userId, place)
}

async function findSecret(ctx: Ctx, userId: string) {
  const [row] = await ctx.db
    .select({ sealed: userTotpSecrets.sealedSecret, enabledAt: userTotpSecrets.enabledAt })
    .from(userTotpSecrets)
    .where(mine(ctx, userId))
  return row
}

function mine(ctx: Ctx, userId: string) {
  return and(eq(userTotpSecrets.accountId, ctx.accountId), eq(userTotpSecrets.userId, userId))
}

async function requirePassword(
  ctx: Ctx,
  userId: string,
  place: KnownPlace | undefined,
  password: string,
): Promise<{ signInEpoch: number }> {
  await throttleSignIn(ctx, { area: 'user', identifier: `password of ${userId}`, place })
  const user = await findUser(ctx.db, ctx.accountId, userId)
  if (!user) throw notFound('user')
  if (!(await verifyPassword(user.passwordHash, password))) throw wrongPassword()
  return user
}

function wrongPassword(): AppError {
  return new AppError('AUTHENTICATION_FAILED', 'password: the password is not right', {
    fields: { password: 'the password is not right' },
  })
}

function missingCode(): AppError {
  return new AppError('MISSING_TWO_FACTOR_CODE', 'A code of the authenticator application is needed.', {
    fields: { twoFactorCode: 'a code of the authenticator application is needed' },
  })
}
