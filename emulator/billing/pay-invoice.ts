import type { PaymentMethod } from '../documents/payments.ts'
import type { Invoice, InvoicePayment } from '../documents/subscriptions.ts'
import { find } from '../resources/find.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'
import { chargeCard } from './charge-card.ts'
import { markPastDue, markRecovered } from './dunning.ts'
import type { Decline } from './test-cards.ts'

export interface InvoiceOutcome {
  invoice: Invoice
  declined: Decline | undefined
}

const DAY_SECONDS = 24 * 3600
/** Days from each failed attempt to the next; after the last there is none. */
const RETRY_DAYS = [3, 5, 7]

const NO_CARD: Decline = {
  code: 'payment_intent_payment_attempt_failed',
  declineCode: 'generic_decline',
  message: 'There is no payment method to charge.',
}

/** One attempt to collect an open invoice; moves its subscription to or out of `past_due`. */
export async function payInvoice(
  work: Work,
  invoice: Invoice,
  options: { offSession: boolean; paymentMethod?: string | undefined },
): Promise<InvoiceOutcome> {
  if (invoice.amount_due === 0) return { invoice: await settleInvoice(work, invoice), declined: undefined }
  const method = await methodFor(work, invoice, options.paymentMethod)
  if (!method) return fail(work, invoice, NO_CARD)
  const [earlier] = await work.db.list('invoice_payment', { match: { invoice: invoice.id, status: 'open' } })
  const { intent, declined } = await chargeCard(work, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: invoice.customer,
    paymentMethod: method,
    offSession: options.offSession,
    description:
      invoice.billing_reason === 'subscription_create' ? 'Subscription creation' : 'Subscription update',
    intent: earlier && (await work.db.get('payment_intent', earlier.payment.payment_intent)),
  })
  const payment = earlier ?? newInvoicePayment(work, invoice, intent.id)
  if (declined) {
    await work.db.put('invoice_payment', payment)
    return fail(work, invoice, declined)
  }
  const paid = await settleInvoice(work, invoice)
  const settled: InvoicePayment = {
    ...payment,
    amount_paid: invoice.amount_due,
    status: 'paid',
    status_transitions: { canceled_at: null, paid_at: work.now },
  }
  await work.db.put('invoice_payment', settled)
  await emit(work, 'invoice_payment.paid', settled)
  return { invoice: paid, declined: undefined }
}

async function settleInvoice(work: Work, invoice: Invoice): Promise<Invoice> {
  const paid: Invoice = {
    ...invoice,
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempt_count: invoice.attempt_count + 1,
    attempted: true,
    auto_advance: false,
    next_payment_attempt: null,
    status: 'paid',
    status_transitions: { ...invoice.status_transitions, paid_at: work.now },
  }
  await work.db.put('invoice', paid)
  await emit(work, 'invoice.paid', paid)
  await emit(work, 'invoice.payment_succeeded', paid)
  await markRecovered(work, paid)
  return paid
}

async function fail(work: Work, invoice: Invoice, declined: Decline): Promise<InvoiceOutcome> {
  const days = RETRY_DAYS[invoice.attempt_count]
  const failed: Invoice = {
    ...invoice,
    attempt_count: invoice.attempt_count + 1,
    attempted: true,
    next_payment_attempt: days === undefined ? null : work.now + days * DAY_SECONDS,
  }
  await work.db.put('invoice', failed)
  await emit(work, 'invoice.payment_failed', failed)
  await markPastDue(work, failed)
  return { invoice: failed, declined }
}

/** The first that is set: named, the invoice's, the subscription's, the customer's. */
async function methodFor(
  work: Work,
  invoice: Invoice,
  named: string | undefined,
): Promise<PaymentMethod | undefined> {
  const subscription = await work.db.get('subscription', invoice.parent.subscription_details.subscription)
  const customer = await find(work.db, 'customer', invoice.customer)
  const id =
    named ??
    invoice.default_payment_method ??
    subscription?.default_payment_method ??
    customer.invoice_settings.default_payment_method
  return id ? work.db.get('payment_method', id) : undefined
}

function newInvoicePayment(work: Work, invoice: Invoice, intent: string): InvoicePayment {
  return {
    id: work.newId('inpay'),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: work.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { type: 'payment_intent', payment_intent: intent },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  }
}
