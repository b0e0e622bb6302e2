import { contract } from '../contract/load.ts'
import type { StripeEvent, WebhookEndpoint } from '../documents/events.ts'
import type { Work } from '../work.ts'
import { previousAttributes } from './diff.ts'

/**
 * Records an event and queues its deliveries, in the caller's transaction.
 * @param before the object before the change; given, the event carries `previous_attributes`.
 */
export async function emit(work: Work, type: string, object: object, before?: object): Promise<void> {
  if (work.isSuppressed(type)) return
  const endpoints = await work.db.list('webhook_endpoint', { where: (endpoint) => wants(endpoint, type) })
  const event: StripeEvent = {
    id: work.newId('evt'),
    object: 'event',
    api_version: contract().info.version,
    created: work.now,
    data: {
      object: structuredClone(object),
      ...(before && { previous_attributes: previousAttributes(before, object) }),
    },
    livemode: false,
    pending_webhooks: endpoints.length,
    request: { id: work.request.id, idempotency_key: work.request.idempotencyKey },
    type,
  }
  await work.db.put('event', event)
  for (const endpoint of endpoints) {
    await work.db.put('delivery', {
      id: work.newId('whd'),
      object: 'delivery',
      created: work.now,
      event: event.id,
      type,
      endpoint: endpoint.id,
      body: JSON.stringify({ ...event, api_version: endpoint.api_version ?? event.api_version }, null, 2),
      attempts: 0,
      first_due_ms: work.now * 1000,
      next_attempt_ms: work.now * 1000,
      leased_from_ms: null,
      state: 'pending',
      last_status: null,
      last_error: null,
    })
  }
}

function wants(endpoint: WebhookEndpoint, type: string): boolean {
  if (endpoint.status !== 'enabled') return false
  return endpoint.enabled_events.includes('*') || endpoint.enabled_events.includes(type)
}
