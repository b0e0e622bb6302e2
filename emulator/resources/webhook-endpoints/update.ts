import type Stripe from 'stripe'
import type { WebhookEndpoint } from '../../documents/events.ts'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { command } from '../operation.ts'
import { checkUrl } from './check-url.ts'

export const updateWebhookEndpoint = command<Stripe.WebhookEndpointUpdateParams>(
  async (work, params, path) => {
    const before = await find(work.db, 'webhook_endpoint', path.id)
    const after: WebhookEndpoint = {
      ...before,
      metadata: mergeMetadata(before.metadata, params.metadata ?? undefined),
    }
    if (params.description !== undefined) after.description = params.description || null
    if (params.enabled_events !== undefined) after.enabled_events = params.enabled_events
    if (params.url !== undefined) after.url = checkUrl(params.url)
    if (params.disabled !== undefined) after.status = params.disabled ? 'disabled' : 'enabled'
    await work.db.put('webhook_endpoint', after)
    return after
  },
)
