import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveSession = query(({ db }, _params, path) => find(db, 'checkout.session', path.id))
