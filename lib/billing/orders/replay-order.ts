import { and, eq } from 'drizzle-orm'
import { orders } from '#db/schema/billing.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { queueReconcile } from '../reconcile/queue-reconcile.ts'

/**
 * Queues another look at an order's payment. It is safe at any time: the result follows the provider's state.
 * @throws NOT_FOUND, CONFLICT when no payment page was ever opened
 */
export async function replayOrder(ctx: Authorized<'order:write'>, id: string): Promise<void> {
  if (!isId(id)) throw notFound('order')
  await inTransaction(ctx, async (tx) => {
    const [order] = await tx.db
      .select({ checkoutSessionId: orders.checkoutSessionId, subscriptionId: orders.subscriptionId })
      .from(orders)
      .where(and(eq(orders.accountId, tx.accountId), eq(orders.id, id)))
    if (!order) throw notFound('order')
    const subject = order.subscriptionId ?? order.checkoutSessionId
    if (!subject) throw new AppError('CONFLICT', 'No payment page was opened for this order.')
    await queueReconcile(tx, subject)
    recordEvent(tx, {
      event: 'order.replayed',
      resource: 'order',
      resourceId: id,
      changes: { subject },
    })
  })
}
