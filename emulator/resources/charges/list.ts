import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listCharges = query<Stripe.ChargeListParams>(({ db }, params) =>
  listPage(db, 'charge', '/v1/charges', params, {
    match: {
      ...(params.customer !== undefined && { customer: params.customer }),
      ...(params.payment_intent !== undefined && { payment_intent: params.payment_intent }),
    },
  }),
)
