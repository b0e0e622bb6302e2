import type { Subscription } from '../documents/subscriptions.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'

type Reason = 'cancellation_requested' | 'payment_failed' | null

/** Ends a subscription now; its open invoices are no longer collected. */
export async function endSubscription(
  work: Work,
  before: Subscription,
  reason: Reason,
  feedback: { comment?: string | null; feedback?: string | null } = {},
): Promise<Subscription> {
  const after: Subscription = {
    ...before,
    canceled_at: before.canceled_at ?? work.now,
    cancellation_details: {
      ...before.cancellation_details,
      ...(feedback.comment != null && { comment: feedback.comment }),
      ...(feedback.feedback != null && { feedback: feedback.feedback }),
      reason: before.cancellation_details.reason ?? reason,
    },
    ended_at: work.now,
    status: 'canceled',
  }
  await work.db.put('subscription', after)
  const open = await work.db.list('invoice', {
    match: { status: 'open', parent: { subscription_details: { subscription: before.id } } },
  })
  for (const invoice of open) {
    await work.db.put('invoice', { ...invoice, auto_advance: false, next_payment_attempt: null })
  }
  await emit(work, 'customer.subscription.deleted', after)
  return after
}
