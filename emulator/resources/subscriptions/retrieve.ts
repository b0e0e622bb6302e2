import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveSubscription = query(({ db }, _params, path) => find(db, 'subscription', path.id))
