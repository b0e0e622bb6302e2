import type { Document, Metadata } from './document.ts'

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
  currency: string
  customer: string | null
  payment_intent: string | null
  payment_method: string | null
  paid: boolean
  refunded: boolean
  status: 'failed' | 'pending' | 'succeeded'
}

export interface SetupIntent extends Document {
  object: 'setup_intent'
  customer: string | null
  payment_method: string | null
  status: string
}

export interface Refund extends Document {
  object: 'refund'
  amount: number
  charge: string
  currency: string
  customer: string | null
  metadata: Metadata
  payment_intent: string | null
  reason: string | null
  status: string
}
