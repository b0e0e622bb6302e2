import type Stripe from 'stripe'
import type { WebhookEndpoint } from '../../documents/events.ts'
import { newSecret, setSecret } from '../../webhooks/secrets.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'
import { checkUrl } from './check-url.ts'

/** The answer alone shows the signing secret. */
export const createWebhookEndpoint = command<Stripe.WebhookEndpointCreateParams>(async (work, params) => {
  supportOnly(params, ['url', 'enabled_events', 'api_version', 'description', 'metadata', 'connect'])
  const endpoint: WebhookEndpoint = {
    id: work.newId('we'),
    object: 'webhook_endpoint',
    api_version: params.api_version ?? null,
    application: null,
    created: work.now,
    description: params.description || null,
    enabled_events: params.enabled_events,
    livemode: false,
    metadata: mergeMetadata({}, params.metadata ?? undefined),
    status: 'enabled',
    url: checkUrl(params.url),
  }
  const secret = newSecret()
  await work.db.put('webhook_endpoint', endpoint)
  await setSecret(work, endpoint.id, secret)
  return { ...endpoint, secret }
})
