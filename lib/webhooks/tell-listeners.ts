import type { Listeners } from '../audit/listeners.ts'
import type { PendingEvent } from '../audit/pending-event.ts'
import { queueAutomatedEmails } from '../automated-emails/queue-automated-emails.ts'
import type { Ctx } from '../context.ts'
import { isWebhookEvent, type WebhookEventName } from './event-names.ts'
import { loadPayload } from './payloads.ts'
import { queueDeliveries } from './queue-deliveries.ts'

/** An event that is offered to the outside, with what its row looks like now. */
export interface ToldEvent extends PendingEvent {
  event: WebhookEventName
  data: unknown
}

/** Writes what webhooks and automated mails owe for these events, in their transaction. */
export async function tellListeners(
  ctx: Ctx,
  pending: readonly PendingEvent[],
  { listeners, at }: { listeners: Listeners; at: Date },
): Promise<void> {
  const states = new Map<string, unknown>()
  const told: ToldEvent[] = []
  for (const event of pending) {
    if (!isWebhookEvent(event.event)) continue
    const offered = { ...event, event: event.event }
    const key = `${event.event.endsWith('.deleted')} ${event.resource} ${event.resourceId}`
    if (!states.has(key)) states.set(key, await loadPayload(ctx, offered))
    told.push({ ...offered, data: states.get(key) })
  }
  if (listeners.webhooks) await queueDeliveries(ctx, told, { webhooks: listeners.webhooks, at })
  if (listeners.mails) await queueAutomatedEmails(ctx, told, { ids: listeners.mails, at })
}
