import { blank } from '../contract/blank.ts'
import type { Product } from '../documents/catalogue.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'

export async function newProduct(work: Work, fields: Partial<Product> & { name: string }): Promise<Product> {
  const product: Product = {
    ...blank('Product'),
    id: work.newId('prod', 14),
    object: 'product',
    active: true,
    created: work.now,
    default_price: null,
    description: null,
    metadata: {},
    statement_descriptor: null,
    tax_code: null,
    type: 'service',
    unit_label: null,
    updated: work.now,
    ...fields,
  }
  await work.db.put('product', product)
  await emit(work, 'product.created', product)
  return product
}
