import { blank } from '../contract/blank.ts'
import type { LineItem, SessionPlan } from '../documents/checkout.ts'
import type { PaymentMethod } from '../documents/payments.ts'
import type { Subscription, SubscriptionItem } from '../documents/subscriptions.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'
import { type LineInput, newInvoice } from './new-invoice.ts'
import { payInvoice } from './pay-invoice.ts'
import { periodEnd } from './periods.ts'
import { planOf } from './plan-of.ts'

interface SubscriptionInput {
  customer: string
  currency: string
  lines: LineItem[]
  data: SessionPlan['subscription_data']
  trialEnd: number | null
  paymentMethod: PaymentMethod | undefined
}

/** Makes a subscription with its first, paid invoice. Call it only for a card that pays: there is no `incomplete` one. */
export async function newSubscription(work: Work, input: SubscriptionInput): Promise<Subscription> {
  const id = work.newId('sub')
  const anchor = input.trialEnd ?? work.now
  const recurring = input.lines.filter((line) => line.price.recurring !== null)
  const items = recurring.map((line) => buildItem(work, id, line, anchor, input.trialEnd))
  const invoiceId = work.newId('in')
  const subscription: Subscription = {
    ...blank('Subscription'),
    id,
    object: 'subscription',
    automatic_tax: { disabled_reason: null, enabled: false, liability: null },
    billing_cycle_anchor: anchor,
    billing_mode: { flexible: { proration_discounts: 'included' }, type: 'flexible' },
    cancel_at: null,
    cancel_at_period_end: false,
    canceled_at: null,
    cancellation_details: { comment: null, feedback: null, feedback_option: null, reason: null },
    collection_method: 'charge_automatically',
    created: work.now,
    currency: input.currency,
    customer: input.customer,
    default_payment_method: input.paymentMethod?.id ?? null,
    default_tax_rates: [],
    description: input.data.description,
    ended_at: null,
    invoice_settings: {
      account_tax_ids: null,
      custom_fields: null,
      description: null,
      footer: null,
      issuer: { type: 'self' },
    },
    items: { object: 'list', data: items, has_more: false, url: `/v1/subscription_items?subscription=${id}` },
    latest_invoice: invoiceId,
    metadata: input.data.metadata,
    start_date: work.now,
    status: input.trialEnd === null ? 'active' : 'trialing',
    trial_end: input.trialEnd,
    trial_settings: {
      end_behavior: { billing_cycle_anchor: null, missing_payment_method: 'create_invoice' },
    },
    trial_start: input.trialEnd === null ? null : work.now,
  }
  await work.db.put('subscription', subscription)
  await emit(work, 'customer.subscription.created', subscription)
  const invoice = await newInvoice(work, {
    id: invoiceId,
    subscription,
    reason: 'subscription_create',
    lines: firstLines(work, input, items),
  })
  await payInvoice(work, invoice, { offSession: false })
  return subscription
}

function firstLines(work: Work, input: SubscriptionInput, items: SubscriptionItem[]): LineInput[] {
  const recurring = items.map((item) => ({
    price: item.price,
    quantity: item.quantity,
    period: { start: item.current_period_start, end: item.current_period_end },
    item: item.id,
    isFree: input.trialEnd !== null,
  }))
  const once = input.lines.filter((line) => line.price.recurring === null)
  return [
    ...recurring,
    ...once.map(({ price, quantity }) => ({ price, quantity, period: { start: work.now, end: work.now } })),
  ]
}

function buildItem(
  work: Work,
  subscription: string,
  line: LineItem,
  anchor: number,
  trialEnd: number | null,
): SubscriptionItem {
  const recurring = line.price.recurring ?? { interval: 'month', interval_count: 1 }
  return {
    ...blank('SubscriptionItem'),
    id: work.newId('si', 14),
    object: 'subscription_item',
    created: work.now,
    current_period_end: trialEnd ?? periodEnd(anchor, work.now, recurring),
    current_period_start: work.now,
    metadata: {},
    plan: planOf(line.price),
    price: line.price,
    quantity: line.quantity,
    subscription,
    tax_rates: [],
  }
}
