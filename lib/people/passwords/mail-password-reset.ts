import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { parseEmail } from '#lib/core/canonical-email.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { findUserByEmail } from '../users/find-user-by-email.ts'
import { insertPasswordReset } from './password-resets.ts'

/**
 * Mails a link for a new password to the given address, if a user who may sign in has it. The token goes to that mailbox only
 * (SF-20).
 */
export async function mailPasswordReset(
  ctx: Authorized<'system:work'>,
  request: { requestId: string; sealedEmail: string },
): Promise<void> {
  const address = parseEmail(open('mail', request.sealedEmail, request.requestId))
  if (typeof address === 'string') return
  await inTransaction(ctx, async (tx) => {
    const user = await findUserByEmail(tx.db, tx.accountId, address)
    if (!user?.email || user.bannedAt || !user.allowCustomerPortalAccess) return
    const token = await insertPasswordReset(tx, { id: user.id, email: user.email }, { mailed: true })
    await queueMail(tx, {
      template: 'password-reset',
      to: user.email,
      userId: user.id,
      props: {
        firstName: user.firstName,
        path: `/reset-password?user=${user.id}&token=${encodeURIComponent(token)}`,
      },
    })
    recordEvent(tx, {
      event: 'user.reset-password-request',
      resource: 'user',
      resourceId: user.id,
      userId: user.id,
    })
  })
}
