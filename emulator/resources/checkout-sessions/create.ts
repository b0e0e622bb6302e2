import type Stripe from 'stripe'
import { amountOf } from '../../billing/amounts.ts'
import { blank } from '../../contract/blank.ts'
import type { LineItem, Session, SessionMode, SessionPlan } from '../../documents/checkout.ts'
import type { Work } from '../../work.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'
import { checkSession, SUPPORTED } from './check.ts'
import { buildLines } from './lines.ts'

type Params = Stripe.Checkout.SessionCreateParams

const DAY_SECONDS = 24 * 3600

/** Opens a hosted payment page. Nothing but the session exists until somebody pays. */
export const createSession = command<Params>(async (work, params) => {
  supportOnly(params, SUPPORTED)
  const mode = await checkSession(work, params)
  const lines = mode === 'setup' ? [] : await buildLines(work, params, mode)
  const id = work.newId('cs_test', 58)
  const plan = buildPlan(work, id, params, lines)
  const session = buildSession(work, id, mode, params, plan)
  await work.db.put('session_plan', plan)
  await work.db.put('checkout.session', session)
  return session
})

function buildPlan(work: Work, id: string, params: Params, lines: LineItem[]): SessionPlan {
  const subscription = params.subscription_data
  const payment = params.payment_intent_data
  return {
    id,
    object: 'session_plan',
    created: work.now,
    line_items: lines,
    subscription_data: {
      metadata: mergeMetadata({}, subscription?.metadata),
      description: subscription?.description ?? null,
      trial_days: subscription?.trial_period_days ?? null,
      trial_end: subscription?.trial_end ?? null,
    },
    payment_intent_data: {
      metadata: mergeMetadata({}, payment?.metadata),
      description: payment?.description ?? null,
      receipt_email: payment?.receipt_email ?? null,
      setup_future_usage: setupFutureUsage(payment?.setup_future_usage),
    },
    setup_intent_data: {
      metadata: mergeMetadata({}, params.setup_intent_data?.metadata),
      description: params.setup_intent_data?.description ?? null,
    },
    payment_intent: null,
    authenticating: null,
  }
}

function setupFutureUsage(value: string | undefined): 'off_session' | 'on_session' | null {
  return value === 'off_session' || value === 'on_session' ? value : null
}

function buildSession(work: Work, id: string, mode: SessionMode, params: Params, plan: SessionPlan): Session {
  const isTrial = plan.subscription_data.trial_days !== null || plan.subscription_data.trial_end !== null
  const due = plan.line_items.filter((line) => !(isTrial && line.price.recurring))
  const total = due.reduce((sum, line) => sum + amountOf(line.price, line.quantity), 0)
  const isSetup = mode === 'setup'
  const email = params.customer_email ?? null
  return {
    ...blank('Checkout.Session'),
    id,
    object: 'checkout.session',
    adaptive_pricing: isSetup ? null : { enabled: false },
    allow_promotion_codes: params.allow_promotion_codes ?? null,
    amount_subtotal: isSetup ? null : total,
    amount_total: isSetup ? null : total,
    automatic_tax: {
      enabled: params.automatic_tax?.enabled ?? false,
      liability: params.automatic_tax?.enabled ? { type: 'self' } : null,
      provider: params.automatic_tax?.enabled ? 'stripe' : null,
      status: params.automatic_tax?.enabled ? 'complete' : null,
    },
    billing_address_collection: params.billing_address_collection ?? null,
    cancel_url: params.cancel_url ?? null,
    client_reference_id: params.client_reference_id ?? null,
    created: work.now,
    currency: plan.line_items[0]?.currency ?? params.currency ?? null,
    customer: params.customer ?? null,
    customer_creation: params.customer || mode !== 'payment' ? null : creationOf(params),
    customer_details: email === null ? null : { ...blank('Checkout.Session.CustomerDetails'), email },
    customer_email: email,
    invoice: null,
    payment_intent: null,
    setup_intent: null,
    subscription: null,
    expires_at: params.expires_at ?? work.now + DAY_SECONDS,
    livemode: false,
    locale: params.locale ?? null,
    metadata: mergeMetadata({}, params.metadata),
    mode,
    origin_context: null,
    payment_method_collection:
      mode === 'payment' ? 'if_required' : (params.payment_method_collection ?? 'always'),
    payment_method_options: {},
    payment_method_types: ['card'],
    payment_status: isSetup || total === 0 ? 'no_payment_required' : 'unpaid',
    phone_number_collection: { enabled: false },
    status: 'open',
    submit_type: params.submit_type ?? null,
    success_url: params.success_url ?? '',
    tax_id_collection: { enabled: params.tax_id_collection?.enabled ?? false, required: 'never' },
    total_details: isSetup ? null : { amount_discount: 0, amount_shipping: 0, amount_tax: 0 },
    ui_mode: 'hosted_page',
    url: `${work.publicBase}/c/pay/${id}`,
  }
}

function creationOf(params: Params): 'always' | 'if_required' {
  return params.customer_creation === 'always' ? 'always' : 'if_required'
}
