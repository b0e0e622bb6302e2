import { blank } from '../contract/blank.ts'
import type { Card, PaymentMethod } from '../documents/payments.ts'
import type { Work } from '../work.ts'

export interface CardInput {
  brand: string
  last4: string
  expMonth: number
  expYear: number
}

export async function newPaymentMethod(
  work: Work,
  input: CardInput,
  email: string | null,
): Promise<PaymentMethod> {
  const card: Card = {
    ...blank('PaymentMethod.Card'),
    brand: input.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    display_brand: input.brand,
    exp_month: input.expMonth,
    exp_year: input.expYear,
    funding: 'credit',
    last4: input.last4,
    networks: { available: [input.brand], preferred: null },
    three_d_secure_usage: { supported: true },
  }
  const paymentMethod: PaymentMethod = {
    ...blank('PaymentMethod'),
    id: work.newId('pm'),
    object: 'payment_method',
    allow_redisplay: 'limited',
    billing_details: { address: null, email, name: null, phone: null, tax_id: null },
    card,
    created: work.now,
    customer: null,
    metadata: {},
    type: 'card',
  }
  await work.db.put('payment_method', paymentMethod)
  return paymentMethod
}
