import type Stripe from 'stripe'
import { listInline } from '../../http/list.ts'
import { find } from '../find.ts'
import { query } from '../operation.ts'

export const listSubscriptionItems = query<Stripe.SubscriptionItemListParams>(async ({ db }, params) => {
  const subscription = await find(db, 'subscription', params.subscription, 'subscription')
  return listInline(subscription.items.data, `/v1/subscription_items?subscription=${subscription.id}`, params)
})
