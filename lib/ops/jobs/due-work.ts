import { and, asc, eq, lte } from 'drizzle-orm'
import { reconciliations } from '#db/schema/billing.ts'
import { mails } from '#db/schema/mail.ts'
import { queueDueDeliveries } from '#lib/announce/webhooks/queue-due-deliveries.ts'
import { addReconcileJob } from '#lib/billing/reconcile/queue-reconcile.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'
import { recordLeaseExpiry } from '#lib/licensing/activations/record-lease-expiry.ts'
import { releaseInactive } from '#lib/licensing/activations/release-inactive.ts'
import { fillKeyForms } from '#lib/licensing/licenses/fill-key-forms.ts'
import { recordExpiryEvents } from '#lib/licensing/licenses/record-expiry-events.ts'
import { recordTrialExpiry } from '#lib/licensing/trials/record-trial-expiry.ts'

/** More than that is for the next minute. */
const BATCH = 500

/**
 * Queues a job for everything of this account that is due, and tells of what time alone has brought about. The rows say what
 * is owed; this makes sure that no lost job and no moved clock leaves one behind.
 */
export async function dueWork(ctx: Authorized<'system:work'>): Promise<void> {
  const now = ctx.clock.now()
  const subjects = await ctx.db
    .select({ subject: reconciliations.subject })
    .from(reconciliations)
    .where(
      and(
        eq(reconciliations.accountId, ctx.accountId),
        eq(reconciliations.state, 'due'),
        lte(reconciliations.dueAt, now),
      ),
    )
    .orderBy(asc(reconciliations.dueAt))
    .limit(BATCH)
  for (const { subject } of subjects) await addReconcileJob(ctx, subject)

  const dueMails = await ctx.db
    .select({ id: mails.id })
    .from(mails)
    .where(and(eq(mails.accountId, ctx.accountId), eq(mails.state, 'due'), lte(mails.dueAt, now)))
    .orderBy(asc(mails.dueAt))
    .limit(BATCH)
  for (const { id } of dueMails) {
    await addJob(ctx.db, 'send-mail', { accountId: ctx.accountId, mailId: id }, { key: `mail:${id}` })
  }
  await queueDueDeliveries(ctx, BATCH)

  await fillKeyForms(ctx)
  await recordExpiryEvents(ctx)
  await recordLeaseExpiry(ctx)
  await releaseInactive(ctx)
  await recordTrialExpiry(ctx)
}
