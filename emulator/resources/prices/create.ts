import type Stripe from 'stripe'
import { newPrice } from '../../billing/new-price.ts'
import { newProduct } from '../../billing/new-product.ts'
import { invalidParam } from '../../http/errors.ts'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'
import { claimLookupKey } from './claim-lookup-key.ts'

const SUPPORTED = [
  'currency',
  'active',
  'billing_scheme',
  'lookup_key',
  'metadata',
  'nickname',
  'product',
  'product_data',
  'recurring',
  'tax_behavior',
  'transfer_lookup_key',
  'unit_amount',
  'unit_amount_decimal',
]

export const createPrice = command<Stripe.PriceCreateParams>(async (work, params) => {
  supportOnly(params, SUPPORTED)
  if (params.billing_scheme === 'tiered')
    throw invalidParam('The emulator has no tiered prices.', 'billing_scheme')
  if ((params.product === undefined) === (params.product_data === undefined)) {
    throw invalidParam(
      'You must specify exactly one of product and product_data.',
      'product',
      'parameter_missing',
    )
  }
  const product = params.product_data
    ? await newProduct(work, {
        name: params.product_data.name,
        metadata: mergeMetadata({}, params.product_data.metadata),
        unit_label: params.product_data.unit_label ?? null,
      })
    : await find(work.db, 'product', params.product, 'product')
  if (params.lookup_key) await claimLookupKey(work, params.lookup_key, params.transfer_lookup_key === true)
  return newPrice(work, product.id, {
    active: params.active ?? true,
    currency: params.currency,
    lookup_key: params.lookup_key ?? null,
    metadata: mergeMetadata({}, params.metadata),
    nickname: params.nickname ?? null,
    recurring: params.recurring,
    tax_behavior: params.tax_behavior ?? 'unspecified',
    unit_amount: params.unit_amount,
    unit_amount_decimal: params.unit_amount_decimal?.toString(),
  })
})
