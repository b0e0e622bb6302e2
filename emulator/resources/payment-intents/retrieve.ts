import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrievePaymentIntent = query(({ db }, _params, path) => find(db, 'payment_intent', path.id))
