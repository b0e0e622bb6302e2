import { noSuch } from '../../http/errors.ts'
import { query } from '../operation.ts'

/** A deleted customer is still found, as `{ id, object, deleted: true }`. */
export const retrieveCustomer = query(async ({ db }, _params, path) => {
  const customer = await db.get('customer', path.id ?? '')
  if (!customer) throw noSuch('customer', path.id ?? '')
  return customer.deleted ? { id: customer.id, object: 'customer', deleted: true } : customer
})
