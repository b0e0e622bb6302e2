import type Stripe from 'stripe'
import { newCustomer } from '../../billing/new-customer.ts'
import { command, supportOnly } from '../operation.ts'
import { customerFields, SUPPORTED } from './fields.ts'

export const createCustomer = command<Stripe.CustomerCreateParams>(async (work, params) => {
  supportOnly(params, SUPPORTED)
  return newCustomer(work, customerFields(params, {}))
})
