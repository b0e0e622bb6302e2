import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listSessions = query<Stripe.Checkout.SessionListParams>(({ db }, params) =>
  listPage(db, 'checkout.session', '/v1/checkout/sessions', params, {
    match: {
      ...(params.customer !== undefined && { customer: params.customer }),
      ...(params.payment_intent !== undefined && { payment_intent: params.payment_intent }),
      ...(params.payment_link !== undefined && { payment_link: params.payment_link }),
      ...(params.status !== undefined && { status: params.status }),
      ...(params.subscription !== undefined && { subscription: params.subscription }),
      ...(params.customer_details && { customer_details: { email: params.customer_details.email } }),
    },
  }),
)
