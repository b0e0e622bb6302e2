import type Stripe from 'stripe'
import { amountOf } from '../../billing/amounts.ts'
import { newPrice } from '../../billing/new-price.ts'
import { newProduct } from '../../billing/new-product.ts'
import type { Price } from '../../documents/catalogue.ts'
import type { LineItem, SessionMode } from '../../documents/checkout.ts'
import { invalidParam } from '../../http/errors.ts'
import type { Work } from '../../work.ts'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { supportOnly } from '../operation.ts'

type LineParams = Stripe.Checkout.SessionCreateParams.LineItem

/** @throws ApiError 400 for prices that are missing, inactive, of another currency or don't fit the mode */
export async function buildLines(
  work: Work,
  params: Stripe.Checkout.SessionCreateParams,
  mode: SessionMode,
): Promise<LineItem[]> {
  const wanted = params.line_items ?? []
  if (wanted.length === 0)
    throw invalidParam('Missing required param: line_items.', 'line_items', 'parameter_missing')
  const lines: LineItem[] = []
  for (const [index, line] of wanted.entries())
    lines.push(await buildLine(work, line, `line_items[${index}]`))
  const [first] = lines
  if (lines.some((line) => line.currency !== first?.currency)) {
    throw invalidParam('All line items must have the same currency.', 'line_items')
  }
  const recurring = lines.filter((line) => line.price.recurring !== null)
  if (mode === 'payment' && recurring.length > 0) {
    throw invalidParam(
      'You specified `payment` mode but passed a recurring price. Either switch to `subscription` mode or use only one-time prices.',
      'line_items',
    )
  }
  if (mode === 'subscription' && recurring.length === 0) {
    throw invalidParam(
      'You must provide at least one recurring price in `subscription` mode when using prices.',
      'line_items',
    )
  }
  return lines
}

async function buildLine(work: Work, line: LineParams, at: string): Promise<LineItem> {
  supportOnly(line, ['price', 'price_data', 'quantity', 'metadata'])
  const price = await priceOf(work, line, at)
  if (line.quantity === undefined) {
    throw invalidParam(`Missing required param: ${at}[quantity].`, `${at}[quantity]`, 'parameter_missing')
  }
  if (line.quantity < 1 || line.quantity > 999_999) {
    throw invalidParam('This value must be between 1 and 999999.', `${at}[quantity]`)
  }
  const product = await work.db.get('product', price.product)
  const amount = amountOf(price, line.quantity)
  return {
    id: work.newId('li'),
    object: 'item',
    adjustable_quantity: null,
    amount_discount: 0,
    amount_subtotal: amount,
    amount_tax: 0,
    amount_total: amount,
    currency: price.currency,
    description: product?.name ?? null,
    metadata: mergeMetadata({}, line.metadata),
    price,
    quantity: line.quantity,
  }
}

async function priceOf(work: Work, line: LineParams, at: string): Promise<Price> {
  const data = line.price_data
  if ((line.price === undefined) === (data === undefined)) {
    throw invalidParam(
      'You must specify exactly one of price and price_data.',
      `${at}[price]`,
      'parameter_missing',
    )
  }
  if (!data) {
    const price = await find(work.db, 'price', line.price, `${at}[price]`)
    if (!price.active) {
      throw invalidParam(
        'The price specified is inactive. This field only accepts active prices.',
        `${at}[price]`,
      )
    }
    return price
  }
  if ((data.product === undefined) === (data.product_data === undefined)) {
    throw invalidParam(
      'You must specify exactly one of product and product_data.',
      `${at}[price_data][product]`,
    )
  }
  const product = data.product_data
    ? await newProduct(work, {
        active: false,
        name: data.product_data.name,
        description: data.product_data.description ?? null,
        metadata: mergeMetadata({}, data.product_data.metadata),
      })
    : await find(work.db, 'product', data.product, `${at}[price_data][product]`)
  return newPrice(work, product.id, {
    active: false,
    currency: data.currency,
    recurring: data.recurring,
    unit_amount: data.unit_amount,
    unit_amount_decimal: data.unit_amount_decimal?.toString(),
  })
}
