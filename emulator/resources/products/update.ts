import type Stripe from 'stripe'
import type { Product } from '../../documents/catalogue.ts'
import { emit } from '../../webhooks/emit.ts'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'

const SUPPORTED = [
  'name',
  'active',
  'description',
  'default_price',
  'images',
  'metadata',
  'statement_descriptor',
  'tax_code',
  'unit_label',
  'url',
  'shippable',
]

export const updateProduct = command<Stripe.ProductUpdateParams>(async (work, params, path) => {
  supportOnly(params, SUPPORTED)
  const before = await find(work.db, 'product', path.id)
  if (params.default_price) await find(work.db, 'price', params.default_price, 'default_price')
  const after: Product = {
    ...before,
    updated: work.now,
    metadata: mergeMetadata(before.metadata, params.metadata),
  }
  for (const name of [
    'description',
    'default_price',
    'statement_descriptor',
    'tax_code',
    'unit_label',
    'url',
  ] as const) {
    if (params[name] !== undefined) after[name] = params[name] || null
  }
  if (params.name) after.name = params.name
  if (params.active !== undefined) after.active = params.active
  if (params.shippable !== undefined) after.shippable = params.shippable
  if (params.images !== undefined) after.images = params.images || []
  await work.db.put('product', after)
  await emit(work, 'product.updated', after, before)
  return after
})
