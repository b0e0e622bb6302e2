import type { Price } from './catalogue.ts'
import type { Document, Metadata } from './document.ts'

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
