import { blank } from '../contract/blank.ts'
import type { Customer } from '../documents/catalogue.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'

export async function newCustomer(work: Work, fields: Partial<Customer>): Promise<Customer> {
  const customer: Customer = {
    ...blank('Customer'),
    id: work.newId('cus', 14),
    object: 'customer',
    address: null,
    created: work.now,
    currency: null,
    delinquent: false,
    discount: null,
    email: null,
    invoice_prefix: work.newId('i', 8).slice(2).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    tax_exempt: 'none',
    test_clock: null,
    ...fields,
  }
  await work.db.put('customer', customer)
  await emit(work, 'customer.created', customer)
  return customer
}
