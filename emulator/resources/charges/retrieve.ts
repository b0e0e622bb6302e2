import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveCharge = query(({ db }, _params, path) => find(db, 'charge', path.id))
