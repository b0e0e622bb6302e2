import { automatedEmailLogs } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { findAutomatedEmail } from './get-automated-email.ts'
import { isMailEvent, sampleVariables } from './variables.ts'
import { toWrittenMail } from './written-mail.ts'

/**
 * Mails an automated mail with made-up values to one address, without copies. It is not counted as sent.
 * @throws NOT_FOUND
 */
export function testAutomatedEmail(
  ctx: Authorized<'automatedEmail:write'>,
  id: string,
  input: { email: string },
): Promise<{ mailId: string }> {
  return inTransaction(ctx, async (tx) => {
    const mail = await findAutomatedEmail(tx.db, tx.accountId, id)
    if (!isMailEvent(mail.event))
      throw fieldError('event', 'is none of the events that a mail can be sent for')
    const mailId = await queueMail(tx, {
      template: 'automated',
      to: input.email,
      props: {
        ...toWrittenMail(mail, sampleVariables(mail.event)),
        automatedEmailId: null,
        cc: [],
        bcc: [],
      },
    })
    await tx.db.insert(automatedEmailLogs).values({
      accountId: tx.accountId,
      id: newId(),
      automatedEmailId: id,
      mailId,
      event: mail.event,
      resourceId: 'test',
      createdAt: tx.clock.now(),
    })
    recordEvent(tx, { event: 'automated-email.tested', resource: 'automated-email', resourceId: id })
    return { mailId }
  })
}
