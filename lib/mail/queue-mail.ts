import { mails } from '#db/schema/mail.ts'
import type { Ctx } from '#lib/core/context.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'
import type { MailProps, MailTemplate } from './mail-props.ts'
import { isProvedAddress, withoutUserText } from './user-text.ts'

interface QueuedMail<T extends MailTemplate> {
  template: T
  /** One address. */
  to: string
  props: MailProps[T]
  userId?: string | null
  /** A derived id makes it a mail that is sent once, however often it is asked for. */
  id?: string
}

/**
 * Writes a mail to the outbox and queues its sending, in the transaction that is open: it goes out if and only if its cause is
 * committed. To an unproved address it goes without the user's own words. Returns its id.
 * @throws outside `inTransaction`
 */
export async function queueMail<T extends MailTemplate>(ctx: Ctx, mail: QueuedMail<T>): Promise<string> {
  if (!ctx.pendingEvents) throw new Error(`the mail ${mail.template} was queued outside a transaction`)
  const id = mail.id ?? newId()
  const now = ctx.clock.now()
  const isProved = await isProvedAddress(ctx, mail.userId ?? null, mail.to)
  const props = isProved ? mail.props : withoutUserText(mail.template, mail.props)
  const [queued] = await ctx.db
    .insert(mails)
    .values({
      accountId: ctx.accountId,
      id,
      userId: mail.userId ?? null,
      template: mail.template,
      sealedTo: seal('mail', mail.to, id),
      sealedProps: seal('mail', JSON.stringify(props), id),
      state: 'due',
      dueAt: now,
      createdAt: now,
    })
    .onConflictDoNothing({ target: [mails.accountId, mails.id] })
    .returning({ id: mails.id })
  if (queued)
    await addJob(ctx.db, 'send-mail', { accountId: ctx.accountId, mailId: id }, { key: `mail:${id}` })
  return id
}
