import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveInvoice = query(({ db }, _params, path) => find(db, 'invoice', path.id))
