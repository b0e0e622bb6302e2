import { and, eq } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockChain } from '#lib/audit/lock-chain.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { addDeliveryJob } from './add-delivery-job.ts'
import { type DeliveryDto, toDeliveryDto } from './delivery-dto.ts'
import { findWebhook } from './get-webhook.ts'

/**
 * Sends a delivery again, byte for byte and under its own id; it is tried for three days anew.
 * @throws NOT_FOUND, CONFLICT while it is on its way, when its content is no longer kept, or while its webhook is switched
 *   off or suspended
 */
export async function replayDelivery(ctx: Authorized<'webhook:write'>, id: string): Promise<DeliveryDto> {
  const row = await inTransaction(ctx, async (tx) => {
    // Deleting the webhook takes the chain before its deliveries.
    await lockChain(tx)
    const mine = and(eq(webhookDeliveries.accountId, tx.accountId), eq(webhookDeliveries.id, id))
    const [row] = await tx.db.select().from(webhookDeliveries).where(mine).for('update')
    if (!row) throw notFound('delivery')
    if (row.nextAttemptAt) throw new AppError('CONFLICT', 'This delivery is on its way already.')
    if (row.isTest) throw new AppError('CONFLICT', 'This was a sample: send a new one instead.')
    if (row.sealedPayload === null) throw new AppError('CONFLICT', 'Its content is no longer kept.')
    const webhook = await findWebhook(tx.db, tx.accountId, row.webhookId)
    if (!webhook.active || webhook.suspendedAt) {
      throw new AppError('CONFLICT', 'Its webhook is switched off or suspended: resume it first.')
    }
    const now = tx.clock.now()
    const [again] = await tx.db
      .update(webhookDeliveries)
      .set({
        nextAttemptAt: now,
        attempts: 0,
        failingSince: null,
        deliveredAt: null,
        deadAt: null,
        updatedAt: now,
      })
      .where(mine)
      .returning()
    if (!again) throw new Error('a delivery vanished though it was locked')
    recordEvent(tx, {
      event: 'webhook.replayed',
      resource: 'webhook',
      resourceId: row.webhookId,
      changes: { delivery: id, event: row.event },
    })
    return again
  })
  // Queued after the chain's lock, like every delivery. If the process dies before, the timer finds the row.
  await addDeliveryJob(ctx, row)
  return toDeliveryDto(row)
}
