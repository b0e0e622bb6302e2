import { and, eq } from 'drizzle-orm'
import { userRecoveryCodes, userTotpSecrets } from '#db/schema/second-factors.ts'
import { users } from '#db/schema/users.ts'
import { revokeSessions } from '#lib/access/tokens/revoke-sessions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { requireMayTakeOver } from '../passwords/require-may-take-over.ts'
import { findUser } from '../users/find-user.ts'
import { queueSecurityNotice } from '../users/queue-security-notice.ts'

/**
 * Removes the second factor of a user who lost both device and recovery codes; the operator has checked who asks. All their
 * sessions end, and they get a mail. The Web API has no route for it, so no token can do this.
 * @throws NOT_FOUND
 */
export async function removeSecondFactor(
  ctx: Authorized<'user:write'>,
  input: { id: string },
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    // Locks the user first, as every other change of credentials does.
    await tx.db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.accountId, tx.accountId), eq(users.id, input.id)))
      .for('no key update')
    const user = await findUser(tx.db, tx.accountId, input.id)
    if (!user) throw notFound('user')
    requireMayTakeOver(tx, user)
    const removed = await tx.db
      .delete(userTotpSecrets)
      .where(and(eq(userTotpSecrets.accountId, tx.accountId), eq(userTotpSecrets.userId, input.id)))
      .returning({ enabledAt: userTotpSecrets.enabledAt })
    await tx.db
      .delete(userRecoveryCodes)
      .where(and(eq(userRecoveryCodes.accountId, tx.accountId), eq(userRecoveryCodes.userId, input.id)))
    if (!removed.some(({ enabledAt }) => enabledAt)) return
    await revokeSessions(tx, input.id, 'all')
    recordEvent(tx, {
      event: 'user.second-factor-disabled',
      resource: 'user',
      resourceId: input.id,
      userId: input.id,
    })
    await queueSecurityNotice(tx, input.id, 'second-factor-off')
  })
}
