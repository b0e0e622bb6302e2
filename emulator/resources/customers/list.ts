import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { query } from '../operation.ts'

export const listCustomers = query<Stripe.CustomerListParams>(({ db }, params) =>
  listPage(db, 'customer', '/v1/customers', params, {
    ...(params.email !== undefined && { match: { email: params.email } }),
    where: (customer) => !customer.deleted,
  }),
)
