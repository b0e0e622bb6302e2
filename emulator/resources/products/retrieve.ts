import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveProduct = query(({ db }, _params, path) => find(db, 'product', path.id))
