import { sql } from 'drizzle-orm'
import { z } from 'zod'
import { stripeEvents } from '#db/schema/billing.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { crashPoint } from '#lib/core/crash-point.ts'
import { env } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'
import { log } from '#lib/core/logging/log.ts'
import { queueReconcile } from '../reconcile/queue-reconcile.ts'
import { API_MAJOR, isLivemode } from '../stripe-client.ts'
import { type IncomingEvent, toIncomingEvent } from './incoming-event.ts'
import { verifySignature } from './verify-signature.ts'

export type Reception = 'stored' | 'known' | 'ignored'

/**
 * Takes in a webhook: verified, written to the inbox and its job queued in one transaction. Afterwards it cannot be lost.
 * @throws INVALID_SIGNATURE, INVALID_JSON, INVALID_INPUT; SERVICE_UNAVAILABLE while payments are not configured, so that
 * the provider tries again
 */
export async function receiveEvent(
  ctx: Authorized<'public'>,
  webhook: { rawBody: string; signature: string | null },
): Promise<Reception> {
  const { BILLING_MODE, STRIPE_WEBHOOK_SECRET: secrets } = env()
  if (BILLING_MODE === 'off' || secrets.length === 0) {
    log().error('a webhook came, but payments are off or STRIPE_WEBHOOK_SECRET is not set')
    throw new AppError('SERVICE_UNAVAILABLE', 'Payments are not configured here.', { retryAfterSeconds: 60 })
  }
  await verifySignature(webhook.rawBody, webhook.signature, secrets, ctx.clock.now())
  const event = parseEvent(webhook.rawBody)
  if (event.livemode !== isLivemode()) {
    log().warn({ eventId: event.id, livemode: event.livemode }, 'an event of the other mode was ignored')
    return 'ignored'
  }
  if (event.apiVersion && !event.apiVersion.endsWith(API_MAJOR)) {
    log().warn(
      { eventId: event.id, apiVersion: event.apiVersion },
      'the webhook endpoint speaks another API version',
    )
  }
  const reception = await storeEvent(ctx, event, 'webhook')
  crashPoint('after-insert')
  return reception
}

/** Writes an event to the inbox, once, and queues the work it asks for. */
export async function storeEvent(
  ctx: Authorized<'public'> | Authorized<'system:work'>,
  event: IncomingEvent,
  source: 'webhook' | 'sweep',
): Promise<Reception> {
  return inTransaction(ctx, async (tx) => {
    const { subject } = event
    const now = tx.clock.now()
    const [row] = await tx.db
      .insert(stripeEvents)
      .values({
        accountId: tx.accountId,
        id: event.id,
        type: event.type,
        subject,
        objectId: event.objectId,
        apiVersion: event.apiVersion,
        livemode: event.livemode,
        source,
        status: subject ? 'pending' : 'ignored',
        note: subject ? null : 'nothing here concerns a license',
        occurredAt: event.occurredAt,
        receivedAt: now,
        handledAt: subject ? null : now,
      })
      .onConflictDoUpdate({
        target: [stripeEvents.accountId, stripeEvents.id],
        set:
          source === 'sweep'
            ? { deliveries: sql`${stripeEvents.deliveries}` }
            : { deliveries: sql`${stripeEvents.deliveries} + 1` },
      })
      .returning({ status: stripeEvents.status, isNew: sql<boolean>`xmax = 0` })
    if (!row?.isNew) {
      // The event was sent again from the provider's dashboard. One that was given up is tried again.
      if (row?.status === 'dead' && source === 'webhook' && subject) await queueReconcile(tx, subject)
      return 'known'
    }
    if (!subject) return 'ignored'
    await queueReconcile(tx, subject)
    return 'stored'
  })
}

function parseEvent(rawBody: string): IncomingEvent {
  let payload: unknown
  try {
    payload = JSON.parse(rawBody)
  } catch (cause) {
    throw new AppError('INVALID_JSON', 'The body is not valid JSON.', { cause })
  }
  try {
    return toIncomingEvent(payload)
  } catch (cause) {
    if (!(cause instanceof z.ZodError)) throw cause
    throw new AppError('INVALID_INPUT', 'The body is no event.', { cause })
  }
}
