import { and, eq, isNotNull, isNull, lt, or } from 'drizzle-orm'
import { z } from 'zod'
import { userRecoveryCodes, userTotpSecrets } from '#db/schema/second-factors.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { tryOpen } from '#lib/core/crypto/seal.ts'
import { AppError } from '#lib/core/errors.ts'
import { secret } from '#lib/core/input/secret.ts'
import { hashRecoveryCode } from './recovery-code.ts'
import { deviceTime, matchTotpStep } from './totp.ts'

const code = z.string().max(100).nullable().optional()

/** Proof of the second factor. Clients send empty fields when they have none. */
export const SecondFactor = z.object({ twoFactorCode: secret(code), twoFactorRecoveryCode: secret(code) })
export type SecondFactor = z.output<typeof SecondFactor>

/**
 * Uses up a code of the user's second factor, in the transaction that is open; nothing happens where none is switched on. A
 * time step and a recovery code count once, even in concurrent requests: a conditional update of the row decides.
 * @throws MISSING_TWO_FACTOR_CODE, INVALID_TWO_FACTOR_CODE
 */
export async function spendSecondFactor(ctx: Ctx, userId: string, given: SecondFactor): Promise<void> {
  const [row] = await ctx.db
    .select({ sealed: userTotpSecrets.sealedSecret, enabledAt: userTotpSecrets.enabledAt })
    .from(userTotpSecrets)
    .where(mine(ctx, userId))
  if (!row?.enabledAt) return
  if (given.twoFactorCode?.trim()) {
    const step = matchTotpStep(openSecret(row.sealed, userId), given.twoFactorCode, deviceTime(ctx))
    if (step === undefined || !(await spendStep(ctx, userId, step))) throw invalidCode()
  } else if (given.twoFactorRecoveryCode?.trim()) {
    await spendRecoveryCode(ctx, userId, given.twoFactorRecoveryCode)
  } else {
    throw new AppError(
      'MISSING_TWO_FACTOR_CODE',
      'A code of the authenticator application is needed, or a recovery code.',
      { fields: { twoFactorCode: 'a code of the authenticator application is needed' } },
    )
  }
}

function mine(ctx: Ctx, userId: string) {
  return and(eq(userTotpSecrets.accountId, ctx.accountId), eq(userTotpSecrets.userId, userId))
}

/** False when the step, or a later one, was accepted before. */
async function spendStep(ctx: Ctx, userId: string, step: number): Promise<boolean> {
  const spent = await ctx.db
    .update(userTotpSecrets)
    .set({ lastStep: step })
    .where(
      and(
        mine(ctx, userId),
        isNotNull(userTotpSecrets.enabledAt),
        or(isNull(userTotpSecrets.lastStep), lt(userTotpSecrets.lastStep, step)),
      ),
    )
    .returning({ userId: userTotpSecrets.userId })
  return spent.length > 0
}

async function spendRecoveryCode(ctx: Ctx, userId: string, typed: string): Promise<void> {
  const [spent] = await ctx.db
    .update(userRecoveryCodes)
    .set({ usedAt: ctx.clock.now() })
    .where(
      and(
        eq(userRecoveryCodes.accountId, ctx.accountId),
        eq(userRecoveryCodes.userId, userId),
        eq(userRecoveryCodes.codeHash, hashRecoveryCode(userId, typed)),
        isNull(userRecoveryCodes.usedAt),
      ),
    )
    .returning({ id: userRecoveryCodes.id })
  if (!spent) throw invalidCode('twoFactorRecoveryCode')
  recordEvent(ctx, { event: 'user.recovery-code-used', resource: 'user', resourceId: userId, userId })
}

/**
 * A user's secret in clear.
 * @throws INVALID_TWO_FACTOR_CODE when it cannot be read: no code of it can be checked, a recovery code can
 */
export function openSecret(sealed: string, userId: string): string {
  const secret = tryOpen('totp', sealed, userId)
  if (secret !== undefined) return secret
  const sentence = 'codes of the authenticator application cannot be checked now: use a recovery code'
  throw new AppError(
    'INVALID_TWO_FACTOR_CODE',
    `Codes of the authenticator application cannot be checked now. Use a recovery code.`,
    {
      fields: { twoFactorCode: sentence },
    },
  )
}

/** The refusal of a code, wherever it was typed. */
export function invalidCode(field: keyof SecondFactor = 'twoFactorCode'): AppError {
  return new AppError('INVALID_TWO_FACTOR_CODE', 'This code is not right, or it was used already.', {
    fields: { [field]: 'this code is not right, or it was used already' },
  })
}
