import type { Document, Metadata } from './document.ts'

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
