import type Stripe from 'stripe'
import type { Customer } from '../../documents/catalogue.ts'
import { emit } from '../../webhooks/emit.ts'
import { find } from '../find.ts'
import { command, supportOnly } from '../operation.ts'
import { customerFields, SUPPORTED } from './fields.ts'

export const updateCustomer = command<Stripe.CustomerUpdateParams>(async (work, params, path) => {
  supportOnly(params, SUPPORTED)
  const before = await find(work.db, 'customer', path.id)
  const after: Customer = { ...before, ...customerFields(params, before.metadata) }
  const card = params.invoice_settings?.default_payment_method
  if (card) {
    await find(work.db, 'payment_method', card, 'invoice_settings[default_payment_method]')
    after.invoice_settings = { ...before.invoice_settings, default_payment_method: card }
  }
  await work.db.put('customer', after)
  await emit(work, 'customer.updated', after, before)
  return after
})
