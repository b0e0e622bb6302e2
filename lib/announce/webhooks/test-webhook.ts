import { and, eq } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { notFound } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { attemptDelivery } from './attempt-delivery.ts'
import { type DeliveryDto, toDeliveryDto } from './delivery-dto.ts'
import { describeEvent } from './event-catalogue.ts'
import { WEBHOOK_EVENTS, type WebhookEventName } from './event-names.ts'
import { findWebhook } from './get-webhook.ts'
import { type Network, publicNetwork } from './network.ts'
import { deliveryBody } from './queue-deliveries.ts'

/**
 * Sends the sample of an event (the first one that the webhook asked for, if none is named) and answers how that went. It is
 * sent once, also to a webhook that is switched off or suspended, and stands in the delivery log as a test.
 * @throws NOT_FOUND
 */
export async function testWebhook(
  ctx: Authorized<'webhook:write'>,
  id: string,
  input: { event?: WebhookEventName | undefined },
  network: Network = publicNetwork,
): Promise<DeliveryDto> {
  const webhook = await findWebhook(ctx.db, ctx.accountId, id)
  const event =
    input.event ?? WEBHOOK_EVENTS.find((name) => webhook.events.includes(name)) ?? 'license.created'
  const now = ctx.clock.now()
  const deliveryId = newId()
  const sealedPayload = seal(
    'webhook-payload',
    deliveryBody(event, describeEvent(event).sample.data, now),
    deliveryId,
  )
  const common = { accountId: ctx.accountId, id: deliveryId }
  await inTransaction(ctx, async (tx) => {
    await tx.db.insert(webhookDeliveries).values({
      ...common,
      webhookId: id,
      event,
      resourceId: 'test',
      isTest: true,
      sealedPayload,
      attempts: 1,
      lastAttemptAt: now,
      // Stored as given up, so that nobody tries it again if this process dies now.
      deadAt: now,
      createdAt: now,
      updatedAt: now,
    })
    recordEvent(tx, { event: 'webhook.tested', resource: 'webhook', resourceId: id, changes: { event } })
  })
  const attempt = await attemptDelivery(ctx, webhook, { id: deliveryId, sealedPayload }, network)
  const arrivedAt = attempt.error === null ? ctx.clock.now() : null
  const [row] = await ctx.db
    .update(webhookDeliveries)
    .set({
      responseStatus: attempt.responseStatus,
      lastError: attempt.error,
      durationMs: attempt.durationMs,
      deliveredAt: arrivedAt,
      deadAt: arrivedAt ? null : now,
      updatedAt: ctx.clock.now(),
    })
    .where(and(eq(webhookDeliveries.accountId, ctx.accountId), eq(webhookDeliveries.id, deliveryId)))
    .returning()
  if (!row) throw notFound('webhook')
  return toDeliveryDto(row)
}
