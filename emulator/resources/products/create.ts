import type Stripe from 'stripe'
import { newProduct } from '../../billing/new-product.ts'
import { invalidParam } from '../../http/errors.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'

const SUPPORTED = [
  'id',
  'name',
  'active',
  'description',
  'images',
  'metadata',
  'statement_descriptor',
  'tax_code',
  'unit_label',
  'url',
  'shippable',
  'type',
]

export const createProduct = command<Stripe.ProductCreateParams>(async (work, params) => {
  supportOnly(params, SUPPORTED)
  if (params.id !== undefined && (await work.db.get('product', params.id))) {
    throw invalidParam('Product already exists.', 'id', 'resource_already_exists')
  }
  return newProduct(work, {
    ...(params.id !== undefined && { id: params.id }),
    name: params.name,
    active: params.active ?? true,
    description: params.description ?? null,
    images: params.images ?? [],
    metadata: mergeMetadata({}, params.metadata),
    statement_descriptor: params.statement_descriptor ?? null,
    tax_code: params.tax_code ?? null,
    unit_label: params.unit_label ?? null,
    url: params.url ?? null,
    shippable: params.shippable ?? null,
    type: params.type ?? 'service',
  })
})
