import type Stripe from 'stripe'
import { endSubscription } from '../../billing/end-subscription.ts'
import { noSuch } from '../../http/errors.ts'
import { find } from '../find.ts'
import { command, supportOnly } from '../operation.ts'

/** Ends a subscription now. Nothing is refunded. */
export const cancelSubscription = command<Stripe.SubscriptionCancelParams>(async (work, params, path) => {
  supportOnly(params, ['cancellation_details'])
  const subscription = await find(work.db, 'subscription', path.id)
  if (subscription.status === 'canceled') throw noSuch('subscription', subscription.id)
  const { comment, feedback } = params.cancellation_details ?? {}
  return endSubscription(work, subscription, 'cancellation_requested', {
    comment: comment || null,
    feedback: feedback || null,
  })
})
