import { find } from '../find.ts'
import { query } from '../operation.ts'

export const retrieveInvoicePayment = query(({ db }, _params, path) => find(db, 'invoice_payment', path.id))
