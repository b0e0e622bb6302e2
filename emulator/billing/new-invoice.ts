import { blank } from '../contract/blank.ts'
import type { Customer, Price } from '../documents/catalogue.ts'
import type { Invoice, InvoiceLine, Subscription } from '../documents/subscriptions.ts'
import { find } from '../resources/find.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'
import { amountOf } from './amounts.ts'

export interface LineInput {
  price: Price
  quantity: number
  period: { start: number; end: number }
  /** Absent for a one-time price on a subscription's first invoice. */
  item?: string
  /** During a trial nothing is due. */
  isFree?: boolean
}

interface InvoiceInput {
  id: string
  subscription: Subscription
  reason: 'subscription_create' | 'subscription_cycle'
  lines: LineInput[]
}

/** Makes a subscription's invoice and finalizes it at once (Stripe leaves a renewal's as a draft for an hour). */
export async function newInvoice(work: Work, input: InvoiceInput): Promise<Invoice> {
  const { subscription } = input
  const customer = await find(work.db, 'customer', subscription.customer)
  const lines: InvoiceLine[] = []
  for (const line of input.lines) lines.push(await buildLine(work, input, line))
  const draft = buildDraft(work, input, customer, lines)
  await emit(work, 'invoice.created', draft)
  const sequence = customer.next_invoice_sequence
  await work.db.put('customer', {
    ...customer,
    currency: subscription.currency,
    next_invoice_sequence: sequence + 1,
  })
  const invoice: Invoice = {
    ...draft,
    automatically_finalizes_at: null,
    effective_at: work.now,
    ending_balance: 0,
    hosted_invoice_url: `${work.publicBase}/i/${draft.id}`,
    number: `${customer.invoice_prefix}-${String(sequence).padStart(4, '0')}`,
    status: 'open',
    status_transitions: { ...draft.status_transitions, finalized_at: work.now },
  }
  await work.db.put('invoice', invoice)
  await emit(work, 'invoice.finalized', invoice)
  return invoice
}

function buildDraft(work: Work, input: InvoiceInput, customer: Customer, lines: InvoiceLine[]): Invoice {
  const { subscription } = input
  const total = lines.reduce((sum, line) => sum + line.amount, 0)
  const isCycle = input.reason === 'subscription_cycle'
  const first = input.lines[0]?.period
  return {
    ...blank('Invoice'),
    id: input.id,
    object: 'invoice',
    account_country: 'US',
    account_name: 'Simulated payments',
    amount_due: total,
    amount_paid: 0,
    amount_remaining: total,
    attempt_count: 0,
    attempted: false,
    auto_advance: true,
    automatic_tax: { disabled_reason: null, enabled: false, liability: null, provider: null, status: null },
    billing_reason: input.reason,
    collection_method: 'charge_automatically',
    created: work.now,
    currency: subscription.currency,
    customer: customer.id,
    customer_email: customer.email,
    customer_name: customer.name,
    customer_tax_exempt: 'none',
    customer_tax_ids: [],
    default_payment_method: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    issuer: { type: 'self' },
    lines: { object: 'list', data: lines, has_more: false, url: `/v1/invoices/${input.id}/lines` },
    metadata: {},
    next_payment_attempt: null,
    number: null,
    parent: {
      type: 'subscription_details',
      quote_details: null,
      subscription_details: { metadata: subscription.metadata, subscription: subscription.id },
    },
    payment_settings: { default_mandate: null, payment_method_options: null, payment_method_types: null },
    // As with Stripe, an invoice's own period is the one that has passed.
    period_end: work.now,
    period_start: isCycle ? (first ? previousStart(subscription, input) : work.now) : work.now,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    subtotal: total,
    subtotal_excluding_tax: total,
    total,
    total_discount_amounts: [],
    total_excluding_tax: total,
    total_pretax_credit_amounts: [],
    total_taxes: [],
  }
}

function previousStart(subscription: Subscription, input: InvoiceInput): number {
  const renewed = new Set(input.lines.map((line) => line.item))
  const starts = subscription.items.data
    .filter((item) => renewed.has(item.id))
    .map((item) => item.current_period_start)
  return Math.min(...starts)
}

async function buildLine(work: Work, input: InvoiceInput, line: LineInput): Promise<InvoiceLine> {
  const { price, quantity } = line
  const product = await work.db.get('product', price.product)
  const amount = line.isFree ? 0 : amountOf(price, quantity)
  const unit = line.isFree ? '0' : price.unit_amount_decimal
  const name = line.isFree ? `Trial period for ${product?.name}` : `${quantity} × ${product?.name}`
  return {
    id: work.newId('il'),
    object: 'line_item',
    amount,
    currency: price.currency,
    description: name,
    discount_amounts: [],
    discountable: true,
    discounts: [],
    invoice: input.id,
    livemode: false,
    metadata: input.subscription.metadata,
    parent:
      line.item === undefined
        ? null
        : {
            type: 'subscription_item_details',
            invoice_item_details: null,
            subscription_item_details: {
              invoice_item: null,
              proration: false,
              proration_details: { credited_items: null },
              subscription: input.subscription.id,
              subscription_item: line.item,
            },
          },
    period: line.period,
    pretax_credit_amounts: [],
    pricing: {
      type: 'price_details',
      price_details: { price: price.id, product: price.product },
      unit_amount_decimal: unit,
    },
    quantity,
    quantity_decimal: String(quantity),
    subscription: input.subscription.id,
    subtotal: amount,
    taxes: [],
  }
}
