import { and, asc, eq, isNotNull } from 'drizzle-orm'
import { webhookDeliveries, webhooks } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { crashPoint } from '#lib/core/crash-point.ts'
import { addDeliveryJob, type DeliveryQueue } from './add-delivery-job.ts'
import { attemptDelivery } from './attempt-delivery.ts'
import { type Network, publicNetwork } from './network.ts'
import { pauseDeliveries } from './pause-deliveries.ts'
import { recordAttempt } from './record-attempt.ts'

/** More than that is for the next job, so that one busy resource does not keep a worker. */
const BATCH = 20
/** A delivery that was taken up and never concluded (the process died) is due again after this. */
const CLAIM_MS = 60_000

/**
 * Sends what is due for one resource of one webhook, oldest first: the next one only once the one before has arrived or was
 * given up. What has to wait is queued for its time. A delivery is sent at least once; its id tells repetitions apart.
 */
export async function deliverWebhook(
  ctx: Authorized<'system:work'>,
  queue: DeliveryQueue,
  network: Network = publicNetwork,
): Promise<void> {
  for (let count = 0; count < BATCH; count += 1) {
    const next = await deliverNext(ctx, queue, network)
    if (next === 'nothing') return
    if (next !== 'done') {
      await addDeliveryJob(ctx, queue, next)
      return
    }
  }
  await addDeliveryJob(ctx, queue)
}

/** Answers when to come back, where the oldest is not due yet. */
async function deliverNext(
  ctx: Authorized<'system:work'>,
  queue: DeliveryQueue,
  network: Network,
): Promise<'nothing' | 'done' | Date> {
  const [oldest] = await ctx.db
    .select({ delivery: webhookDeliveries, webhook: webhooks })
    .from(webhookDeliveries)
    .innerJoin(
      webhooks,
      and(eq(webhooks.accountId, webhookDeliveries.accountId), eq(webhooks.id, webhookDeliveries.webhookId)),
    )
    .where(
      and(
        eq(webhookDeliveries.accountId, ctx.accountId),
        eq(webhookDeliveries.webhookId, queue.webhookId),
        eq(webhookDeliveries.resourceId, queue.resourceId),
        isNotNull(webhookDeliveries.nextAttemptAt),
      ),
    )
    .orderBy(asc(webhookDeliveries.seq))
    .limit(1)
  if (!oldest?.delivery.nextAttemptAt) return 'nothing'
  const { delivery, webhook } = oldest
  if (!webhook.active || webhook.suspendedAt) {
    await pauseDeliveries(ctx, webhook.id)
    return 'nothing'
  }
  const now = ctx.clock.now()
  if (oldest.delivery.nextAttemptAt > now) return oldest.delivery.nextAttemptAt
  const claimedUntil = new Date(now.getTime() + CLAIM_MS)
  const [claimed] = await ctx.db
    .update(webhookDeliveries)
    .set({ nextAttemptAt: claimedUntil, lastAttemptAt: now, attempts: delivery.attempts + 1, updatedAt: now })
    .where(
      and(
        eq(webhookDeliveries.accountId, ctx.accountId),
        eq(webhookDeliveries.id, delivery.id),
        eq(webhookDeliveries.nextAttemptAt, oldest.delivery.nextAttemptAt),
      ),
    )
    .returning()
  if (!claimed) return claimedUntil
  const attempt =
    claimed.sealedPayload === null
      ? {
          responseStatus: null,
          error: 'Its content is no longer kept.',
          failure: 'gone' as const,
          durationMs: 0,
        }
      : await attemptDelivery(ctx, webhook, { id: claimed.id, sealedPayload: claimed.sealedPayload }, network)
  crashPoint('webhook-sent')
  await recordAttempt(ctx, claimed, attempt)
  return 'done'
}
