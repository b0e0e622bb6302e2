import { z } from 'zod'
import { WEBHOOK_EVENTS } from '#lib/announce/webhooks/event-names.ts'
import { readsFields } from '#lib/core/input/secret.ts'

/**
 * The Web API's own schema of a webhook, fed from the form. Each event is a checkbox of its own name, so that what was ticked
 * stays ticked after a refusal; an unticked one is not sent at all.
 */
export function fromWebhookForm<S extends z.ZodType>(schema: S) {
  const webhook = z.preprocess((form) => {
    if (typeof form !== 'object' || form === null) return form
    const sent = new Map(Object.entries(form))
    return {
      ...form,
      active: sent.get('active') === 'on',
      events: WEBHOOK_EVENTS.filter((event) => sent.get(boxOf(event)) === 'on'),
    }
  }, schema)
  return readsFields(WEBHOOK_EVENTS.map(boxOf), webhook)
}

const boxOf = (event: string) => `event-${event}`
