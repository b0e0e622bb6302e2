import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listProducts = query<Stripe.ProductListParams>(({ db }, params) =>
  listPage(db, 'product', '/v1/products', params, {
    match: {
      ...(params.active !== undefined && { active: params.active }),
      ...(params.url !== undefined && { url: params.url }),
    },
    where: (product) => !product.deleted && (params.ids === undefined || params.ids.includes(product.id)),
  }),
)
