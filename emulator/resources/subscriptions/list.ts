import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

/** Without a status, canceled ones are left out; `all` has everything. */
export const listSubscriptions = query<Stripe.SubscriptionListParams>(({ db }, params) =>
  listPage(db, 'subscription', '/v1/subscriptions', params, {
    match: { ...(params.customer !== undefined && { customer: params.customer }) },
    where: ({ status, items }) => {
      if (params.price !== undefined && !items.data.some((item) => item.price.id === params.price))
        return false
      if (params.status === 'all') return true
      if (params.status === 'ended') return status === 'canceled'
      return params.status === undefined ? status !== 'canceled' : status === params.status
    },
  }),
)
