import type { Price } from './catalogue.ts'
import type { Document, ListOf, Metadata } from './document.ts'

export interface SubscriptionItem extends Document {
  object: 'subscription_item'
  current_period_start: number
  current_period_end: number
  metadata: Metadata
  price: Price
  quantity: number
  subscription: string
}

type SubscriptionStatus = 'active' | 'trialing' | 'past_due' | 'unpaid' | 'canceled' | 'incomplete' | 'paused'

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
