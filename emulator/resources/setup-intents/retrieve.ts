import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveSetupIntent = query(({ db }, _params, path) => find(db, 'setup_intent', path.id))
