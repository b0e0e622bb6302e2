import { and, eq } from 'drizzle-orm'
import { stripeEvents } from '#db/schema/billing.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { queueReconcile } from '../reconcile/queue-reconcile.ts'

/**
 * Queues an event of the payment provider again, also one that was given up.
 * @throws NOT_FOUND, CONFLICT for an event that concerns nothing of ours
 */
export async function replayEvent(ctx: Authorized<'order:write'>, eventId: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const key = and(eq(stripeEvents.accountId, tx.accountId), eq(stripeEvents.id, eventId))
    const [event] = await tx.db.select({ subject: stripeEvents.subject }).from(stripeEvents).where(key)
    if (!event) throw notFound('event')
    if (!event.subject) throw new AppError('CONFLICT', 'This event concerns nothing that could be replayed.')
    await tx.db.update(stripeEvents).set({ status: 'pending', note: null, handledAt: null }).where(key)
    await queueReconcile(tx, event.subject)
    recordEvent(tx, {
      event: 'stripe-event.replayed',
      resource: 'stripe-event',
      resourceId: eventId,
      changes: { subject: event.subject },
    })
  })
}
