import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listPaymentIntents = query<Stripe.PaymentIntentListParams>(({ db }, params) =>
  listPage(db, 'payment_intent', '/v1/payment_intents', params, {
    match: {
      ...(params.customer !== undefined && { customer: params.customer }),
    },
  }),
)
