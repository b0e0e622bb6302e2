import type Stripe from 'stripe'
import { listInline } from '../../http/list.ts'
import { find } from '../find.ts'
import { query } from '../operation.ts'

export const listInvoiceLines = query<Stripe.InvoiceListLineItemsParams>(async ({ db }, params, path) => {
  const invoice = await find(db, 'invoice', path.id)
  return listInline(invoice.lines.data, `/v1/invoices/${invoice.id}/lines`, params)
})
