import type { Document, Metadata } from './document.ts'

export interface StripeEvent extends Document {
  object: 'event'
  api_version: string
  data: { object: unknown; previous_attributes?: unknown }
  livemode: false
  pending_webhooks: number
  request: { id: string | null; idempotency_key: string | null }
  type: string
}

export interface WebhookEndpoint extends Document {
  object: 'webhook_endpoint'
  api_version: string | null
  description: string | null
  enabled_events: string[]
  metadata: Metadata
  status: 'enabled' | 'disabled'
  url: string
}

/** Secrets of an endpoint, sealed by the storage. More than one while a roll is under way. */
export interface WebhookSecrets extends Document {
  object: 'webhook_secrets'
  secrets: { sealed: string; expires_at: number | null }[]
}

/** One event on its way to one endpoint. Times in milliseconds of the emulator's clock. */
export interface Delivery extends Document {
  object: 'delivery'
  event: string
  type: string
  endpoint: string
  body: string
  attempts: number
  first_due_ms: number
  next_attempt_ms: number | null
  /** While a process works on it: when it was due. `next_attempt_ms` then says when others may take it over. */
  leased_from_ms: number | null
  state: 'pending' | 'delivered' | 'failed'
  last_status: number | null
  last_error: string | null
}
