import type Stripe from 'stripe'
import type { Subscription } from '../../documents/subscriptions.ts'
import { invalidParam } from '../../http/errors.ts'
import { emit } from '../../webhooks/emit.ts'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { command, supportOnly } from '../operation.ts'
import { cancellation } from './cancellation.ts'
import { changeItems } from './change-items.ts'

const SUPPORTED = [
  'metadata',
  'cancel_at',
  'cancel_at_period_end',
  'cancellation_details',
  'default_payment_method',
  'description',
  'items',
  'proration_behavior',
]

export const updateSubscription = command<Stripe.SubscriptionUpdateParams>(async (work, params, path) => {
  supportOnly(params, SUPPORTED)
  const before = await find(work.db, 'subscription', path.id)
  if (
    before.status === 'canceled' &&
    Object.keys(params).some((name) => name !== 'metadata' && name !== 'expand')
  ) {
    throw invalidParam(
      'A canceled subscription can only update its cancellation_details and metadata.',
      undefined,
    )
  }
  const after: Subscription = {
    ...before,
    ...cancellation(before, params, work.now),
    metadata: mergeMetadata(before.metadata, params.metadata ?? undefined),
  }
  if (params.description !== undefined) after.description = params.description || null
  if (params.default_payment_method !== undefined) {
    const method = await find(
      work.db,
      'payment_method',
      params.default_payment_method,
      'default_payment_method',
    )
    after.default_payment_method = method.id
  }
  if (params.items) after.items = { ...before.items, data: await changeItems(work, before, params) }
  await work.db.put('subscription', after)
  await emit(work, 'customer.subscription.updated', after, before)
  return after
})
