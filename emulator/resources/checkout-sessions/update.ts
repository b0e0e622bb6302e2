import type Stripe from 'stripe'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'

export const updateSession = command<Stripe.Checkout.SessionUpdateParams>(async (work, params, path) => {
  supportOnly(params, ['metadata'])
  const before = await find(work.db, 'checkout.session', path.id)
  const after = { ...before, metadata: mergeMetadata(before.metadata, params.metadata ?? undefined) }
  await work.db.put('checkout.session', after)
  return after
})
