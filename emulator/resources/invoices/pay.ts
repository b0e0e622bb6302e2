import type Stripe from 'stripe'
import { payInvoice } from '../../billing/pay-invoice.ts'
import { CardError, invalidParam } from '../../http/errors.ts'
import { find } from '../find.ts'
import { command, supportOnly } from '../operation.ts'

/** Tries an open invoice again, with another card if one is named. */
export const payOpenInvoice = command<Stripe.InvoicePayParams>(async (work, params, path) => {
  supportOnly(params, ['payment_method', 'off_session'])
  const invoice = await find(work.db, 'invoice', path.id)
  if (invoice.status === 'paid')
    throw invalidParam('Invoice is already paid', undefined, 'invoice_already_paid')
  if (invoice.status !== 'open')
    throw invalidParam('This invoice is not open.', undefined, 'invoice_not_editable')
  if (params.payment_method) await find(work.db, 'payment_method', params.payment_method, 'payment_method')
  const paid = await payInvoice(work, invoice, {
    paymentMethod: params.payment_method,
    offSession: params.off_session ?? true,
  })
  if (paid.declined) throw new CardError(paid.declined)
  return paid.invoice
})
