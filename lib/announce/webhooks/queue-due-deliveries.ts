import { and, eq, lte, min } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { addDeliveryJobs } from './add-delivery-job.ts'

/** Queues the sending of every delivery of this account that is due, `limit` resources at most. */
export async function queueDueDeliveries(ctx: Authorized<'system:work'>, limit: number): Promise<void> {
  const { accountId, webhookId, resourceId, nextAttemptAt } = webhookDeliveries
  const due = await ctx.db
    .select({ webhookId, resourceId })
    .from(webhookDeliveries)
    .where(and(eq(accountId, ctx.accountId), lte(nextAttemptAt, ctx.clock.now())))
    .groupBy(webhookId, resourceId)
    .orderBy(min(nextAttemptAt))
    .limit(limit)
  await addDeliveryJobs(ctx, due)
}
