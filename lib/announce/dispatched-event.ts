import type { PendingEvent } from '#lib/core/pending-event.ts'
import type { WebhookEventName } from './webhooks/event-names.ts'

/** An event that is offered to the outside, with what its row looks like now. */
export interface DispatchedEvent extends PendingEvent {
  event: WebhookEventName
  data: unknown
}
