import { EVENT_NAMES, type WebhookEventName } from '../webhooks/event-names.ts'

/** Events that concern somebody who can be written to: a license's owner, or the user themselves. */
export const MAIL_EVENTS: readonly WebhookEventName[] = [
  ...EVENT_NAMES.license,
  ...EVENT_NAMES.activation,
  ...EVENT_NAMES.user,
]

/** Whether an automated mail can be sent for it. */
export function isMailEvent(text: string): text is WebhookEventName {
  return (MAIL_EVENTS as readonly string[]).includes(text)
}
