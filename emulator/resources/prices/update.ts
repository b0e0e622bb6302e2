import type Stripe from 'stripe'
import type { Price } from '../../documents/catalogue.ts'
import { emit } from '../../webhooks/emit.ts'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'
import { claimLookupKey } from './claim-lookup-key.ts'

const SUPPORTED = ['active', 'lookup_key', 'metadata', 'nickname', 'tax_behavior', 'transfer_lookup_key']

export const updatePrice = command<Stripe.PriceUpdateParams>(async (work, params, path) => {
  supportOnly(params, SUPPORTED)
  const before = await find(work.db, 'price', path.id)
  if (params.lookup_key)
    await claimLookupKey(work, params.lookup_key, params.transfer_lookup_key === true, before.id)
  const after: Price = { ...before, metadata: mergeMetadata(before.metadata, params.metadata ?? undefined) }
  if (params.active !== undefined) after.active = params.active
  if (params.lookup_key !== undefined) after.lookup_key = params.lookup_key || null
  if (params.nickname !== undefined) after.nickname = params.nickname || null
  if (params.tax_behavior !== undefined) after.tax_behavior = params.tax_behavior
  await work.db.put('price', after)
  await emit(work, 'price.updated', after, before)
  return after
})
