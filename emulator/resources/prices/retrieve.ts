import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrievePrice = query(({ db }, _params, path) => find(db, 'price', path.id))
