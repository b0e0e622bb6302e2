import { automatedEmailLogs, type automatedEmails } from '#db/schema/webhooks.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newId } from '#lib/core/ids.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import type { DispatchedEvent } from '../webhooks/event-names.ts'
import { type MailVariables, mailVariables, member } from './variables.ts'
import { toWrittenMail } from './written-mail.ts'

/**
 * Queues the automated mails of these events to the license's owner or the user, in the transaction of their cause. Each gets a
 * line in the log, also one without a recipient.
 */
export async function queueAutomatedEmails(
  ctx: Ctx,
  events: readonly DispatchedEvent[],
  { mails, at }: { mails: readonly (typeof automatedEmails.$inferSelect)[]; at: Date },
): Promise<void> {
  for (const event of events) {
    const wanted = mails.filter((mail) => mail.event === event.event)
    if (wanted.length === 0) continue
    const variables = await mailVariables(ctx, { ...event, at })
    for (const mail of wanted.filter(({ productIds }) => isOfProduct(variables, productIds))) {
      await queueOne(ctx, mail, { event, variables, at })
    }
  }
}

async function queueOne(
  ctx: Ctx,
  mail: typeof automatedEmails.$inferSelect,
  { event, variables, at }: { event: DispatchedEvent; variables: MailVariables; at: Date },
): Promise<void> {
  const to = member(variables.user, 'email')
  const userId = member(variables.user, 'id')
  const hasAddress = typeof to === 'string' && to !== ''
  const mailId = hasAddress
    ? await queueMail(ctx, {
        template: 'automated',
        to,
        // A mail about its own user's erasure goes out and is deleted then: see `sendDueMail`.
        userId: typeof userId === 'string' ? userId : null,
        props: toWrittenMail(mail, variables),
      })
    : null
  await ctx.db.insert(automatedEmailLogs).values({
    accountId: ctx.accountId,
    id: newId(),
    automatedEmailId: mail.id,
    mailId,
    event: event.event,
    resourceId: event.resourceId,
    error: hasAddress ? null : 'There is nobody to write to.',
    createdAt: at,
  })
}

function isOfProduct(variables: MailVariables, productIds: readonly string[]): boolean {
  if (productIds.length === 0) return true
  const productId = member(variables.license, 'productId')
  return typeof productId === 'string' && productIds.includes(productId)
}
