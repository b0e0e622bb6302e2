import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { users } from '#db/schema/users.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { findUser } from '../users/find-user.ts'
import { insertPasswordReset } from './password-resets.ts'
import { requireMayTakeOver } from './require-may-take-over.ts'

export const ResetTokenDto = z
  .object({
    resetPasswordToken: z.string().meta({
      description:
        'URL-encoded, shown this once: one hour, single use, dead once password or address change.',
    }),
  })
  .meta({ id: 'ResetPasswordToken' })
export type ResetTokenDto = z.output<typeof ResetTokenDto>

/**
 * Makes a reset token for a portal that runs its own reset. Whoever holds it can take the user over, so it is audited, and only
 * users with the role `user` get one.
 * @throws NOT_FOUND, FORBIDDEN for administrators of organizations and resellers, CONFLICT for a user without an address
 */
export async function createResetToken(
  ctx: Authorized<'user:write'>,
  input: { id: string },
): Promise<ResetTokenDto> {
  return inTransaction(ctx, async (tx) => {
    // Under the lock, so that a concurrent appointment is seen.
    await tx.db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.accountId, tx.accountId), eq(users.id, input.id)))
      .for('no key update')
    const user = await findUser(tx.db, tx.accountId, input.id)
    if (!user) throw notFound('user')
    requireMayTakeOver(tx, user)
    if (!user.email) throw new AppError('CONFLICT', 'This user has no email address.')
    const token = await insertPasswordReset(tx, { id: user.id, email: user.email }, { mailed: false })
    recordEvent(tx, {
      event: 'user.reset-password-token-created',
      resource: 'user',
      resourceId: user.id,
      userId: user.id,
    })
    return { resetPasswordToken: encodeURIComponent(token) }
  })
}
