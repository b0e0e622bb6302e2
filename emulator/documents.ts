/** What the emulator keeps. Each interface names the fields the code reads; the rest of a Stripe object rides along untyped. */

export type Metadata = Record<string, string>

export interface Document {
  id: string
  object: string
  created: number
  [field: string]: unknown
}

export interface Customer extends Document {
  object: 'customer'
  email: string | null
  name: string | null
  metadata: Metadata
  invoice_prefix: string
  next_invoice_sequence: number
  invoice_settings: { default_payment_method: string | null; [field: string]: unknown }
  deleted?: true
}

export interface Product extends Document {
  object: 'product'
  name: string
  active: boolean
  default_price: string | null
  description: string | null
  metadata: Metadata
  deleted?: true
}

export type Interval = 'day' | 'week' | 'month' | 'year'

export interface Recurring {
  interval: Interval
  interval_count: number
  meter: string | null
  trial_period_days: number | null
  usage_type: 'licensed' | 'metered'
}

export interface Price extends Document {
  object: 'price'
  active: boolean
  currency: string
  product: string
  lookup_key: string | null
  metadata: Metadata
  recurring: Recurring | null
  type: 'one_time' | 'recurring'
  unit_amount: number | null
  unit_amount_decimal: string | null
}

/** Lives inside a session plan. */
export interface LineItem {
  id: string
  object: 'item'
  amount_total: number
  currency: string
  description: string | null
  price: Price
  quantity: number
  [field: string]: unknown
}

export type SessionMode = 'payment' | 'subscription' | 'setup'

export interface Session extends Document {
  object: 'checkout.session'
  amount_total: number | null
  cancel_url: string | null
  currency: string | null
  customer: string | null
  customer_creation: 'always' | 'if_required' | null
  customer_details: Record<string, unknown> | null
  customer_email: string | null
  expires_at: number
  invoice: string | null
  metadata: Metadata
  mode: SessionMode
  payment_intent: string | null
  payment_status: 'no_payment_required' | 'paid' | 'unpaid'
  setup_intent: string | null
  status: 'complete' | 'expired' | 'open'
  subscription: string | null
  success_url: string
  url: string | null
}

/** The part of a Checkout Session that its object doesn't show: what to create once it is paid. */
export interface SessionPlan extends Document {
  object: 'session_plan'
  line_items: LineItem[]
  subscription_data: {
    metadata: Metadata
    description: string | null
    trial_days: number | null
    trial_end: number | null
  }
  payment_intent_data: {
    metadata: Metadata
    description: string | null
    receipt_email: string | null
    setup_future_usage: 'off_session' | 'on_session' | null
  }
  setup_intent_data: { metadata: Metadata; description: string | null }
  /** The intent of an earlier, declined attempt: the next attempt uses it again. */
  payment_intent: string | null
  /** A card that waits for its 3-D Secure confirmation. */
  authenticating: { payment_method: string; email: string | null } | null
}

export interface Card {
  brand: string
  last4: string
  exp_month: number
  exp_year: number
  [field: string]: unknown
}

export interface PaymentMethod extends Document {
  object: 'payment_method'
  card: Card
  customer: string | null
  billing_details: { email: string | null; [field: string]: unknown }
}

export interface PaymentIntent extends Document {
  object: 'payment_intent'
  amount: number
  amount_received: number
  currency: string
  customer: string | null
  description: string | null
  latest_charge: string | null
  metadata: Metadata
  payment_method: string | null
  receipt_email: string | null
  status: string
}

export interface Charge extends Document {
  object: 'charge'
  amount: number
  amount_captured: number
  amount_refunded: number
  customer: string | null
  payment_intent: string | null
  paid: boolean
  status: 'failed' | 'pending' | 'succeeded'
}

export interface SetupIntent extends Document {
  object: 'setup_intent'
  customer: string | null
  payment_method: string | null
  status: string
}

export interface SubscriptionItem extends Document {
  object: 'subscription_item'
  current_period_start: number
  current_period_end: number
  metadata: Metadata
  price: Price
  quantity: number
  subscription: string
}

export interface ListOf<T> {
  object: 'list'
  data: T[]
  has_more: boolean
  url: string
}

export type SubscriptionStatus =
  | 'active'
  | 'trialing'
  | 'past_due'
  | 'unpaid'
  | 'canceled'
  | 'incomplete'
  | 'paused'

export interface Subscription extends Document {
  object: 'subscription'
  billing_cycle_anchor: number
  cancel_at: number | null
  cancel_at_period_end: boolean
  canceled_at: number | null
  cancellation_details: {
    reason: string | null
    comment: string | null
    feedback: string | null
    [field: string]: unknown
  }
  currency: string
  customer: string
  default_payment_method: string | null
  description: string | null
  ended_at: number | null
  items: ListOf<SubscriptionItem>
  latest_invoice: string | null
  metadata: Metadata
  status: SubscriptionStatus
  trial_end: number | null
  trial_start: number | null
}

/** Lives inside an invoice. */
export interface InvoiceLine {
  id: string
  object: 'line_item'
  amount: number
  [field: string]: unknown
}

export interface Invoice extends Document {
  object: 'invoice'
  amount_due: number
  amount_paid: number
  amount_remaining: number
  attempt_count: number
  billing_reason: string
  currency: string
  customer: string
  customer_email: string | null
  default_payment_method: string | null
  lines: ListOf<InvoiceLine>
  next_payment_attempt: number | null
  number: string | null
  parent: {
    type: 'subscription_details'
    quote_details: null
    subscription_details: { metadata: Metadata; subscription: string }
  }
  status: 'draft' | 'open' | 'paid' | 'uncollectible' | 'void'
  status_transitions: {
    finalized_at: number | null
    marked_uncollectible_at: number | null
    paid_at: number | null
    voided_at: number | null
  }
  total: number
}

export interface InvoicePayment extends Document {
  object: 'invoice_payment'
  amount_paid: number | null
  invoice: string
  payment: { type: 'payment_intent'; payment_intent: string }
  status: 'open' | 'paid' | 'canceled'
  status_transitions: { canceled_at: number | null; paid_at: number | null }
}

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
  state: 'pending' | 'delivered' | 'failed'
  last_status: number | null
  last_error: string | null
}

/** The answer an idempotency key stands for, sealed because answers may hold secrets. */
export interface IdempotentAnswer extends Document {
  object: 'idempotent_answer'
  fingerprint: string
  status: number
  sealed_body: string
}

export interface Documents {
  customer: Customer
  product: Product
  price: Price
  'checkout.session': Session
  session_plan: SessionPlan
  payment_method: PaymentMethod
  payment_intent: PaymentIntent
  setup_intent: SetupIntent
  charge: Charge
  subscription: Subscription
  invoice: Invoice
  invoice_payment: InvoicePayment
  event: StripeEvent
  webhook_endpoint: WebhookEndpoint
  webhook_secrets: WebhookSecrets
  delivery: Delivery
  idempotent_answer: IdempotentAnswer
}

export type Kind = keyof Documents
