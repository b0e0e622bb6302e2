import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveRefund = query(({ db }, _params, path) => find(db, 'refund', path.id))
