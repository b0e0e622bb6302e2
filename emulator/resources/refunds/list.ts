import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listRefunds = query<Stripe.RefundListParams>(({ db }, params) =>
  listPage(db, 'refund', '/v1/refunds', params, {
    match: {
      ...(params.charge !== undefined && { charge: params.charge }),
      ...(params.payment_intent !== undefined && { payment_intent: params.payment_intent }),
    },
  }),
)
