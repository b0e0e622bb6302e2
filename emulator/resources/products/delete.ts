import { invalidParam } from '../../http/errors.ts'
import { emit } from '../../webhooks/emit.ts'
import { find } from '../find.ts'
import { command } from '../operation.ts'

/** Only a product without prices can be deleted. */
export const deleteProduct = command(async (work, _params, path) => {
  const product = await find(work.db, 'product', path.id)
  const prices = await work.db.list('price', { match: { product: product.id }, limit: 1 })
  if (prices.length > 0) {
    throw invalidParam('This product cannot be deleted because it has one or more user-created prices.', 'id')
  }
  await work.db.put('product', { ...product, deleted: true })
  await emit(work, 'product.deleted', product)
  return { id: product.id, object: 'product', deleted: true }
})
