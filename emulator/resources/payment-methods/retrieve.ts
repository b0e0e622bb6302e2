import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrievePaymentMethod = query(({ db }, _params, path) => find(db, 'payment_method', path.id))
