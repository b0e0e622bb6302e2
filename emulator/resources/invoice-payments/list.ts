import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listInvoicePayments = query<Stripe.InvoicePaymentListParams>(({ db }, params) =>
  listPage(db, 'invoice_payment', '/v1/invoice_payments', params, {
    match: {
      ...(params.invoice !== undefined && { invoice: params.invoice }),
      ...(params.status !== undefined && { status: params.status }),
      ...(params.payment && { payment: { ...params.payment } }),
    },
  }),
)
