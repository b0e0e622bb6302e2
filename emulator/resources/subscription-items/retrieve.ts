import { noSuch } from '../../http/errors.ts'
import { query } from '../operation.ts'
import { findItem } from './find-item.ts'

export const retrieveSubscriptionItem = query(async ({ db }, _params, path) => {
  const found = await findItem(db, path.id ?? '')
  if (!found) throw noSuch('subscription_item', path.id ?? '')
  return found.item
})
