import { and, eq, gt, isNull } from 'drizzle-orm'
import { webhookDeliveries, webhooks } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockChain } from '#lib/audit/lock-chain.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { nextAttempt } from '#lib/core/jobs/backoff.ts'
import { log } from '#lib/core/logging/log.ts'
import { alertOperators } from '#lib/mail/alert-operators.ts'
import type { DeliveryFailure } from './delivery-error.ts'
import { pauseDeliveries } from './pause-deliveries.ts'

type Delivery = typeof webhookDeliveries.$inferSelect

/** Failures that no further attempt can repair. */
const FINAL = new Set<DeliveryFailure | 'gone'>(['address-not-allowed', 'scheme-not-allowed', 'gone'])

interface Concluded {
  responseStatus: number | null
  error: string | null
  failure?: DeliveryFailure | 'gone'
  durationMs: number
}

/**
 * Writes down how an attempt went: it arrived, is tried again (5 s to 6 h, for three days), or is dead. A webhook that nothing
 * reached in the three days is suspended.
 */
export async function recordAttempt(
  ctx: Authorized<'system:work'>,
  delivery: Delivery,
  attempt: Concluded,
): Promise<void> {
  const now = ctx.clock.now()
  const outcome = outcomeOf(delivery, attempt, now)
  await inTransaction(ctx, async (tx) => {
    // Giving up may suspend the webhook, which records an event: see `lockChain`.
    if (outcome.deadAt) await lockChain(tx)
    await tx.db
      .update(webhookDeliveries)
      .set({
        responseStatus: attempt.responseStatus,
        lastError: attempt.error,
        durationMs: attempt.durationMs,
        updatedAt: now,
        ...outcome,
      })
      .where(and(eq(webhookDeliveries.accountId, tx.accountId), eq(webhookDeliveries.id, delivery.id)))
    if (!outcome.deadAt) return
    log().warn({ webhookId: delivery.webhookId, deliveryId: delivery.id }, 'a webhook delivery was given up')
    if (outcome.failingSince && !(await hasArrivedSince(tx, delivery.webhookId, outcome.failingSince)))
      await suspend(tx, delivery.webhookId)
  })
}

function outcomeOf(delivery: Delivery, attempt: Concluded, now: Date) {
  if (attempt.error === null) {
    return { nextAttemptAt: null, deliveredAt: now, deadAt: null, failingSince: null }
  }
  // A permanent refusal of this delivery says nothing about others.
  if (attempt.failure && FINAL.has(attempt.failure)) return { nextAttemptAt: null, deadAt: now }
  const failingSince = delivery.failingSince ?? now
  const nextAttemptAt = nextAttempt(now, delivery.attempts, failingSince)
  return { nextAttemptAt, failingSince, deadAt: nextAttemptAt ? null : now }
}

async function hasArrivedSince(ctx: Ctx, webhookId: string, since: Date): Promise<boolean> {
  const [arrived] = await ctx.db
    .select({ id: webhookDeliveries.id })
    .from(webhookDeliveries)
    .where(
      and(
        eq(webhookDeliveries.accountId, ctx.accountId),
        eq(webhookDeliveries.webhookId, webhookId),
        gt(webhookDeliveries.deliveredAt, since),
      ),
    )
    .limit(1)
  return arrived !== undefined
}

async function suspend(ctx: Ctx, webhookId: string): Promise<void> {
  const now = ctx.clock.now()
  const [suspended] = await ctx.db
    .update(webhooks)
    .set({ suspendedAt: now, updatedAt: now })
    .where(
      and(eq(webhooks.accountId, ctx.accountId), eq(webhooks.id, webhookId), isNull(webhooks.suspendedAt)),
    )
    .returning({ name: webhooks.name })
  if (!suspended) return
  await pauseDeliveries(ctx, webhookId)
  recordEvent(ctx, {
    event: 'webhook.suspended',
    resource: 'webhook',
    resourceId: webhookId,
    changes: { suspendedAt: now.toISOString() },
  })
  await alertOperators(ctx, `webhook:${webhookId}`, {
    title: 'A webhook is suspended',
    sentence: `Nothing has reached the webhook “${suspended.name}” for three days. What happens meanwhile is kept for replay.`,
    path: `/dashboard/webhooks/${webhookId}`,
  })
}
