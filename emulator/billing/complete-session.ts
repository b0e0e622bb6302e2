import type { Session, SessionPlan } from '../documents/checkout.ts'
import type { PaymentMethod } from '../documents/payments.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'
import { attachPaymentMethod } from './attach-payment-method.ts'
import { chargeCard } from './charge-card.ts'
import { newCustomer } from './new-customer.ts'
import { newSetupIntent } from './new-setup-intent.ts'
import { newSubscription } from './new-subscription.ts'
import { type Decline, declineOf } from './test-cards.ts'

export interface Purchase {
  session: Session
  plan: SessionPlan
  /** Absent when nothing is due and no card was asked for. */
  paymentMethod: PaymentMethod | undefined
  email: string | null
}

const DAY_SECONDS = 24 * 3600

/**
 * Takes the payment and completes the session: creates what the mode asks for, with all events.
 * @returns why the card was declined; then the session stays open, for another try
 */
export async function completeSession(work: Work, purchase: Purchase): Promise<Decline | undefined> {
  const { session, plan, paymentMethod } = purchase
  const decline = paymentMethod && declineOf(paymentMethod.card.last4, false)
  if (session.mode === 'payment') return completePayment(work, purchase)
  // Without a subscription there is nothing a failed attempt could leave behind.
  if (decline) return decline
  const customer = await customerFor(work, purchase, session.mode === 'subscription')
  const method =
    paymentMethod && customer !== null
      ? await attachPaymentMethod(work, paymentMethod, customer)
      : paymentMethod
  if (session.mode === 'setup') {
    const intent = await newSetupIntent(work, { customer, method, data: plan.setup_intent_data })
    await finish(work, purchase, { customer, setup_intent: intent.id, payment_status: 'no_payment_required' })
    return undefined
  }
  const { trial_days, trial_end } = plan.subscription_data
  const subscription = await newSubscription(work, {
    customer: customer ?? '',
    currency: session.currency ?? 'usd',
    lines: plan.line_items,
    data: plan.subscription_data,
    trialEnd: trial_end ?? (trial_days === null ? null : work.now + trial_days * DAY_SECONDS),
    paymentMethod: method,
  })
  await finish(work, purchase, {
    customer,
    invoice: subscription.latest_invoice,
    subscription: subscription.id,
    payment_status: session.amount_total === 0 ? 'no_payment_required' : 'paid',
  })
  return undefined
}

async function completePayment(work: Work, purchase: Purchase): Promise<Decline | undefined> {
  const { session, plan, paymentMethod, email } = purchase
  if (!paymentMethod) {
    const customer = await customerFor(work, purchase, session.customer_creation === 'always')
    await finish(work, purchase, { customer, payment_status: 'no_payment_required' })
    return undefined
  }
  const data = plan.payment_intent_data
  const decline = declineOf(paymentMethod.card.last4, false)
  // A declined guest has not become a customer yet.
  const customer = decline
    ? session.customer
    : await customerFor(work, purchase, session.customer_creation === 'always')
  const { intent, declined } = await chargeCard(work, {
    amount: session.amount_total ?? 0,
    currency: session.currency ?? 'usd',
    customer,
    paymentMethod,
    offSession: false,
    description: data.description,
    metadata: data.metadata,
    receiptEmail: data.receipt_email ?? (customer === null ? email : null),
    setupFutureUsage: data.setup_future_usage,
    intent:
      plan.payment_intent === null ? undefined : await work.db.get('payment_intent', plan.payment_intent),
  })
  if (declined) {
    await work.db.put('session_plan', { ...plan, payment_intent: intent.id, authenticating: null })
    return declined
  }
  if (customer !== null && data.setup_future_usage !== null)
    await attachPaymentMethod(work, paymentMethod, customer)
  await finish(work, purchase, { customer, payment_intent: intent.id, payment_status: 'paid' })
  return undefined
}

async function customerFor(work: Work, purchase: Purchase, create: boolean): Promise<string | null> {
  if (purchase.session.customer !== null) return purchase.session.customer
  return create ? (await newCustomer(work, { email: purchase.email })).id : null
}

async function finish(work: Work, purchase: Purchase, result: Partial<Session>): Promise<void> {
  const { session, plan, email } = purchase
  const completed: Session = {
    ...session,
    ...result,
    customer_details: {
      address: null,
      business_name: null,
      email,
      individual_name: null,
      name: null,
      phone: null,
      tax_exempt: 'none',
      tax_ids: [],
    },
    status: 'complete',
    url: null,
  }
  await work.db.put('checkout.session', completed)
  await work.db.put('session_plan', { ...plan, authenticating: null })
  await emit(work, 'checkout.session.completed', completed)
}
