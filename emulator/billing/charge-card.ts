import { blank } from '../contract/blank.ts'
import type { Metadata } from '../documents/document.ts'
import type { Charge, PaymentIntent, PaymentMethod } from '../documents/payments.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'
import { type Decline, declineOf } from './test-cards.ts'

export interface ChargeInput {
  amount: number
  currency: string
  customer: string | null
  paymentMethod: PaymentMethod
  offSession: boolean
  description?: string | null
  metadata?: Metadata
  receiptEmail?: string | null
  setupFutureUsage?: 'off_session' | 'on_session' | null
  /** The intent of an earlier, failed attempt for the same purpose. */
  intent?: PaymentIntent | undefined
}

export interface ChargeResult {
  intent: PaymentIntent
  declined: Decline | undefined
}

/** One attempt to take money: an intent (a new one or that of the last attempt) and one charge, with their events. */
export async function chargeCard(work: Work, input: ChargeInput): Promise<ChargeResult> {
  const declined = declineOf(input.paymentMethod.card.last4, input.offSession)
  const before = input.intent ?? (await newIntent(work, input))
  const charge = buildCharge(work, input, before, declined)
  const intent: PaymentIntent = {
    ...before,
    amount_received: declined ? 0 : input.amount,
    customer: input.customer,
    last_payment_error: declined ? paymentError(declined, charge, input.paymentMethod) : null,
    latest_charge: charge.id,
    payment_method: declined ? null : input.paymentMethod.id,
    status: declined ? 'requires_payment_method' : 'succeeded',
  }
  await work.db.put('charge', charge)
  await work.db.put('payment_intent', intent)
  if (declined) {
    await emit(work, 'charge.failed', charge)
    await emit(work, 'payment_intent.payment_failed', intent)
  } else {
    await emit(work, 'payment_intent.succeeded', intent)
    await emit(work, 'charge.succeeded', charge)
  }
  return { intent, declined }
}

async function newIntent(work: Work, input: ChargeInput): Promise<PaymentIntent> {
  const id = work.newId('pi')
  const intent: PaymentIntent = {
    ...blank('PaymentIntent'),
    id,
    object: 'payment_intent',
    amount: input.amount,
    amount_received: 0,
    capture_method: 'automatic_async',
    client_secret: work.newId(`${id}_secret`),
    confirmation_method: 'automatic',
    created: work.now,
    currency: input.currency,
    customer: input.customer,
    description: input.description ?? null,
    latest_charge: null,
    metadata: input.metadata ?? {},
    payment_method: null,
    payment_method_types: ['card'],
    receipt_email: input.receiptEmail ?? null,
    setup_future_usage: input.setupFutureUsage ?? null,
    status: 'requires_payment_method',
  }
  await work.db.put('payment_intent', intent)
  await emit(work, 'payment_intent.created', intent)
  return intent
}

function buildCharge(
  work: Work,
  input: ChargeInput,
  intent: PaymentIntent,
  declined: Decline | undefined,
): Charge {
  const { card, billing_details } = input.paymentMethod
  return {
    ...blank('Charge'),
    id: work.newId('ch'),
    object: 'charge',
    amount: input.amount,
    amount_captured: declined ? 0 : input.amount,
    amount_refunded: 0,
    billing_details,
    calculated_statement_descriptor: 'LATCHKEY TEST',
    captured: !declined,
    created: work.now,
    currency: input.currency,
    customer: input.customer,
    description: intent.description,
    failure_code: declined?.code ?? null,
    failure_message: declined?.message ?? null,
    fraud_details: {},
    metadata: intent.metadata,
    outcome: outcomeOf(declined),
    paid: !declined,
    payment_intent: intent.id,
    payment_method: input.paymentMethod.id,
    payment_method_details: {
      type: 'card',
      card: {
        ...blank('Charge.PaymentMethodDetails.Card'),
        amount_authorized: declined ? null : input.amount,
        brand: card.brand,
        checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
        country: 'US',
        exp_month: card.exp_month,
        exp_year: card.exp_year,
        funding: 'credit',
        last4: card.last4,
        network: card.brand,
      },
    },
    receipt_email: intent.receipt_email,
    refunded: false,
    status: declined ? 'failed' : 'succeeded',
  }
}

function outcomeOf(declined: Decline | undefined) {
  return {
    advice_code: declined ? 'try_again_later' : null,
    network_advice_code: null,
    network_decline_code: null,
    network_status: declined ? 'declined_by_network' : 'approved_by_network',
    reason: declined?.declineCode ?? null,
    risk_level: 'normal',
    risk_score: 10,
    seller_message: declined
      ? 'The bank did not return any further details with this decline.'
      : 'Payment complete.',
    type: declined ? 'issuer_declined' : 'authorized',
  }
}

function paymentError(declined: Decline, charge: Charge, paymentMethod: PaymentMethod) {
  return {
    type: 'card_error',
    charge: charge.id,
    code: declined.code,
    decline_code: declined.declineCode,
    message: declined.message,
    payment_method: paymentMethod,
  }
}
