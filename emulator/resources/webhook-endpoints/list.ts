import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listWebhookEndpoints = query<Stripe.WebhookEndpointListParams>(({ db }, params) =>
  listPage(db, 'webhook_endpoint', '/v1/webhook_endpoints', params),
)
