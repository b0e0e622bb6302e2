import { and, eq } from 'drizzle-orm'
import { mails } from '#db/schema/mail.ts'
import { automatedEmailLogs } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'

/**
 * Sends the mail of a line of the log again, to the same person, as it was written then.
 * @throws NOT_FOUND, CONFLICT while it is on its way, and when it was never written or is no longer kept
 */
export function resendAutomatedEmail(
  ctx: Authorized<'automatedEmail:write'>,
  id: string,
): Promise<{ mailId: string }> {
  return inTransaction(ctx, async (tx) => {
    const [entry] = await tx.db
      .select({ mailId: automatedEmailLogs.mailId, automatedEmailId: automatedEmailLogs.automatedEmailId })
      .from(automatedEmailLogs)
      .where(and(eq(automatedEmailLogs.accountId, tx.accountId), eq(automatedEmailLogs.id, id)))
    if (!entry) throw notFound('automated email event log')
    const { mailId } = entry
    if (mailId === null) throw new AppError('CONFLICT', 'There was nobody to write to.')
    const mine = and(eq(mails.accountId, tx.accountId), eq(mails.id, mailId))
    const [mail] = await tx.db.select({ state: mails.state }).from(mails).where(mine).for('update')
    if (!mail) throw new AppError('CONFLICT', 'The mail is no longer kept.')
    if (mail.state === 'due') throw new AppError('CONFLICT', 'The mail is on its way already.')
    const now = tx.clock.now()
    // Its three days of attempts begin anew.
    await tx.db
      .update(mails)
      .set({ state: 'due', dueAt: now, attempts: 0, lastError: null, sentAt: null, createdAt: now })
      .where(mine)
    await addJob(tx.db, 'send-mail', { accountId: tx.accountId, mailId }, { key: `mail:${mailId}` })
    recordEvent(tx, {
      event: 'automated-email.resent',
      resource: 'automated-email',
      resourceId: entry.automatedEmailId,
      changes: { mail: mailId },
    })
    return { mailId }
  })
}
