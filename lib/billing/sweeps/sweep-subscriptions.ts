import { and, eq, isNotNull, notInArray } from 'drizzle-orm'
import { orders } from '#db/schema/billing.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { env } from '#lib/core/env.ts'
import { ENDED_SUBSCRIPTION } from '../orders/order-status.ts'
import { queueReconcile } from '../reconcile/queue-reconcile.ts'

/**
 * Queues a look at every running subscription. It restores licenses that were deleted or changed by hand, and corrects
 * expiries. Returns how many were queued.
 */
export async function sweepSubscriptions(ctx: Authorized<'system:work'>): Promise<number> {
  if (env().BILLING_MODE === 'off') return 0
  const running = await ctx.db
    .select({ subscriptionId: orders.subscriptionId })
    .from(orders)
    .where(
      and(
        eq(orders.accountId, ctx.accountId),
        isNotNull(orders.subscriptionId),
        notInArray(orders.paymentStatus, [...ENDED_SUBSCRIPTION]),
      ),
    )
  for (const { subscriptionId } of running) {
    if (subscriptionId) await inTransaction(ctx, (tx) => queueReconcile(tx, subscriptionId))
  }
  return running.length
}
