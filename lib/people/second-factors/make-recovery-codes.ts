import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { userRecoveryCodes } from '#db/schema/second-factors.ts'
import { self } from '#lib/access/calling-customer.ts'
import { requireFreshSignIn } from '#lib/access/step-up.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { lockOwnCredentials } from '../sign-in/own-credentials.ts'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-code.ts'

export const RecoveryCodesDto = z
  .object({ recoveryCodes: z.array(z.string()) })
  .meta({ id: 'TwoFactorRecoveryCodes' })
export type RecoveryCodesDto = z.output<typeof RecoveryCodesDto>

/**
 * Makes ten fresh recovery codes, which are shown once. They replace the previous set.
 * @throws STEP_UP_REQUIRED, INVALID_TOKEN when the session ended meanwhile
 */
export async function makeRecoveryCodes(ctx: Authorized<'me:write'>): Promise<RecoveryCodesDto> {
  const { userId } = self(ctx)
  requireFreshSignIn(ctx)
  return inTransaction(ctx, async (tx) => {
    const { accountId } = tx
    const createdAt = tx.clock.now()
    // Two requests at once would leave two sets alive.
    await lockOwnCredentials(tx)
    await tx.db
      .delete(userRecoveryCodes)
      .where(and(eq(userRecoveryCodes.accountId, accountId), eq(userRecoveryCodes.userId, userId)))
    const recoveryCodes = newRecoveryCodes()
    await tx.db.insert(userRecoveryCodes).values(
      recoveryCodes.map((code) => ({
        accountId,
        id: newId(),
        userId,
        codeHash: hashRecoveryCode(userId, code),
        createdAt,
      })),
    )
    recordEvent(tx, { event: 'user.recovery-codes-made', resource: 'user', resourceId: userId, userId })
    return { recoveryCodes }
  })
}
