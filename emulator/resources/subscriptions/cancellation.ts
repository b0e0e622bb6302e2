import type Stripe from 'stripe'
import type { Subscription } from '../../documents/subscriptions.ts'
import { invalidParam } from '../../http/errors.ts'

type Change = Partial<
  Pick<Subscription, 'cancel_at' | 'cancel_at_period_end' | 'canceled_at' | 'cancellation_details'>
>

/** What a request does to the end of a subscription: at the period's end, at a given time, or no longer. */
export function cancellation(
  before: Subscription,
  params: Stripe.SubscriptionUpdateParams,
  now: number,
): Change {
  const { cancel_at, cancel_at_period_end } = params
  if (cancel_at !== undefined && cancel_at_period_end !== undefined) {
    throw invalidParam(
      'You may only specify one of these parameters: cancel_at, cancel_at_period_end.',
      'cancel_at',
    )
  }
  const { comment, feedback } = params.cancellation_details ?? {}
  const details = {
    ...before.cancellation_details,
    ...(comment !== undefined && { comment: comment || null }),
    ...(feedback !== undefined && { feedback: feedback || null }),
  }
  if (cancel_at_period_end === false || cancel_at === '' || cancel_at === null) {
    const cleared = { ...details, comment: null, feedback: null, reason: null }
    return { cancel_at: null, cancel_at_period_end: false, canceled_at: null, cancellation_details: cleared }
  }
  const at = cancel_at_period_end ? 'max_period_end' : cancel_at
  if (at === undefined) return { cancellation_details: details }
  return {
    cancel_at: momentOf(before, at, now),
    cancel_at_period_end: cancel_at_period_end === true,
    canceled_at: now,
    cancellation_details: { ...details, reason: 'cancellation_requested' },
  }
}

function momentOf(before: Subscription, at: string | number | null, now: number): number {
  const ends = before.items.data.map((item) => item.current_period_end)
  if (at === 'max_period_end') return Math.max(...ends)
  if (at === 'min_period_end') return Math.min(...ends)
  if (typeof at !== 'number')
    throw invalidParam(`The emulator does not support cancel_at=${at}.`, 'cancel_at')
  if (at <= now) throw invalidParam('The cancel_at date must be in the future.', 'cancel_at')
  return at
}
