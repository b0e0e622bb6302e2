import type Stripe from 'stripe'
import { blank } from '../../contract/blank.ts'
import type { Customer } from '../../documents/catalogue.ts'
import type { Metadata } from '../../documents/document.ts'
import { mergeMetadata } from '../metadata.ts'

type Params = Stripe.CustomerCreateParams | Stripe.CustomerUpdateParams

const TEXTS = ['description', 'email', 'name', 'phone'] as const

export const SUPPORTED = [
  ...TEXTS,
  'address',
  'shipping',
  'metadata',
  'preferred_locales',
  'tax_exempt',
  'invoice_settings',
  'balance',
]

/** The fields that a request sets; '' unsets. */
export function customerFields(params: Params, metadata: Metadata): Partial<Customer> {
  const fields: Partial<Customer> = {}
  for (const name of TEXTS) if (params[name] !== undefined) fields[name] = params[name] || null
  if (params.address !== undefined)
    fields.address = params.address ? { ...blank('Address'), ...params.address } : null
  if (params.shipping !== undefined) fields.shipping = params.shipping || null
  if (params.preferred_locales !== undefined) fields.preferred_locales = params.preferred_locales
  if (params.tax_exempt !== undefined) fields.tax_exempt = params.tax_exempt || 'none'
  if (params.balance !== undefined) fields.balance = params.balance
  if (params.metadata !== undefined) fields.metadata = mergeMetadata(metadata, params.metadata)
  return fields
}
