import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listInvoices = query<Stripe.InvoiceListParams>(({ db }, params) =>
  listPage(db, 'invoice', '/v1/invoices', params, {
    match: {
      ...(params.customer !== undefined && { customer: params.customer }),
      ...(params.status !== undefined && { status: params.status }),
      ...(params.collection_method !== undefined && { collection_method: params.collection_method }),
      ...(params.subscription !== undefined && {
        parent: { subscription_details: { subscription: params.subscription } },
      }),
    },
  }),
)
