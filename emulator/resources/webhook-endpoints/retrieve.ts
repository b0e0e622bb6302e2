import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveWebhookEndpoint = query(({ db }, _params, path) => find(db, 'webhook_endpoint', path.id))
