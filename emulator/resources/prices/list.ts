import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listPrices = query<Stripe.PriceListParams>(({ db }, params) => {
  const keys = params.lookup_keys
  return listPage(db, 'price', '/v1/prices', params, {
    match: {
      ...(params.active !== undefined && { active: params.active }),
      ...(params.currency !== undefined && { currency: params.currency }),
      ...(params.product !== undefined && { product: params.product }),
      ...(params.type !== undefined && { type: params.type }),
      ...(params.recurring?.interval !== undefined && { recurring: { interval: params.recurring.interval } }),
    },
    ...(keys && { where: (price) => price.lookup_key !== null && keys.includes(price.lookup_key) }),
  })
})
