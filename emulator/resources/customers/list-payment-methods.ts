import type Stripe from 'stripe'
import { listPage } from '../../http/list.ts'
import { find } from '../find.ts'
import { query } from '../operation.ts'

export const listCustomerPaymentMethods = query<Stripe.CustomerListPaymentMethodsParams>(
  async ({ db }, params, path) => {
    const customer = await find(db, 'customer', path.id)
    return listPage(db, 'payment_method', `/v1/customers/${customer.id}/payment_methods`, params, {
      match: { customer: customer.id, ...(params.type !== undefined && { type: params.type }) },
    })
  },
)
