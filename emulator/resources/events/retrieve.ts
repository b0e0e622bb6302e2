import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveEvent = query(({ db }, _params, path) => find(db, 'event', path.id))
