import { and, eq, sql } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { mails } from '#db/schema/mail.ts'
import { users } from '#db/schema/users.ts'
import { automatedEmails } from '#db/schema/webhooks.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { open, seal } from '#lib/core/crypto/seal.ts'
import { env } from '#lib/core/env.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'
import { nextAttempt } from '#lib/core/jobs/backoff.ts'
import { log } from '#lib/core/logging/log.ts'
import { alertOperators } from './alert-operators.ts'
import type { MailContent, MailProps } from './mail-props.ts'
import { renderStoredMail } from './render.ts'
import { hasTransport, sendOverSmtp } from './transport.ts'
import { UnrenderableMail } from './unrenderable-mail.ts'
import { mayComeFrom } from './written/check-sender.ts'

/**
 * Sends one mail if it is due. The row stays locked meanwhile, so that two workers never send it both. A failure is
 * written down with its next due time (5 s to 6 h, for three days) and is no error of the job.
 */
export async function sendDueMail(ctx: Authorized<'system:work'>, mailId: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const key = and(eq(mails.accountId, tx.accountId), eq(mails.id, mailId))
    const [mail] = await tx.db.select().from(mails).where(key).for('update', { skipLocked: true })
    const now = tx.clock.now()
    if (mail?.state !== 'due' || mail.dueAt > now) return
    try {
      const content = await deliver(tx, mail)
      await tx.db
        .update(mails)
        .set({
          state: 'sent',
          sentAt: tx.clock.now(),
          attempts: mail.attempts + 1,
          lastError: null,
          // The content of a mail that left over SMTP is not kept.
          sealedContent: hasTransport() ? null : seal('mail', JSON.stringify(content), mail.id),
        })
        .where(key)
      if (mail.template === 'automated') await countSent(tx, mail)
      await forgetOfErased(tx, mail)
    } catch (error) {
      const attempts = mail.attempts + 1
      const isLost = error instanceof UnrenderableMail && !error.mayBeTriedAfter(attempts)
      const dueAt = isLost ? null : nextAttempt(now, attempts, mail.createdAt)
      log().warn(
        { mailId, template: mail.template, attempts, reason: reasonOf(error) },
        'a mail was not sent',
      )
      await tx.db
        .update(mails)
        .set({
          attempts,
          lastError: reasonOf(error),
          ...(dueAt ? { dueAt } : { state: 'failed' as const }),
        })
        .where(key)
      if (dueAt) {
        const payload = { accountId: tx.accountId, mailId }
        await addJob(tx.db, 'send-mail', payload, { key: `mail:${mailId}`, runAt: dueAt })
      } else if (await forgetOfErased(tx, mail)) return
      else if (mail.template !== 'operator-alert') {
        await alertOperators(tx, 'failed-mail', {
          title: 'A mail could not be sent',
          sentence: `A mail (${mail.template}) was given up. The mailbox says why.`,
          path: `/dashboard/mailbox/${mailId}`,
        })
      }
    }
  })
}

async function deliver(
  ctx: Authorized<'system:work'>,
  mail: typeof mails.$inferSelect,
): Promise<MailContent> {
  const [account] = await ctx.db
    .select({ name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, ctx.accountId))
  const props: unknown = JSON.parse(open('mail', mail.sealedProps, mail.id))
  const surroundings = { portalUrl: env().PUBLIC_URL, vendorName: account?.name ?? 'Latchkey' }
  const content = await withAllowedSender(ctx, await renderStoredMail(mail.template, props, surroundings))
  if (hasTransport() || !env().embedded) {
    await sendOverSmtp(mail.id, open('mail', mail.sealedTo, mail.id), content)
  }
  return content
}

/** The domain may have been given up since the mail was written: then it comes from the installation's own address. */
async function withAllowedSender(ctx: Authorized<'system:work'>, content: MailContent): Promise<MailContent> {
  const { from } = content
  if (!from || (await mayComeFrom(ctx.db, ctx.accountId, from.address))) return content
  return { ...content, from: { name: from.name, address: '' } }
}

/** Deletes a mail about an erased user after its end. Returns whether it was one. */
async function forgetOfErased(
  ctx: Authorized<'system:work'>,
  mail: typeof mails.$inferSelect,
): Promise<boolean> {
  if (mail.template !== 'automated' || mail.userId === null) return false
  const isThere = await ctx.db.$count(
    users,
    and(eq(users.accountId, ctx.accountId), eq(users.id, mail.userId)),
  )
  if (isThere > 0) return false
  await ctx.db.delete(mails).where(and(eq(mails.accountId, ctx.accountId), eq(mails.id, mail.id)))
  return true
}

async function countSent(ctx: Authorized<'system:work'>, mail: typeof mails.$inferSelect): Promise<void> {
  const { automatedEmailId }: MailProps['automated'] = JSON.parse(open('mail', mail.sealedProps, mail.id))
  if (automatedEmailId === null) return
  await ctx.db
    .update(automatedEmails)
    .set({ sent: sql`${automatedEmails.sent} + 1` })
    .where(and(eq(automatedEmails.accountId, ctx.accountId), eq(automatedEmails.id, automatedEmailId)))
}

/** An SMTP server's answer may quote the address: only its code is kept. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  if (error instanceof UnrenderableMail) return error.message
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  const answer =
    'responseCode' in error && typeof error.responseCode === 'number' ? ` ${error.responseCode}` : ''
  return `${code}${answer}`
}
