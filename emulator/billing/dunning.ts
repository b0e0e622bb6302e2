import type { Invoice } from '../documents/subscriptions.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'
import { endSubscription } from './end-subscription.ts'

/** What a failed payment does to the subscription: `past_due`, and after the last retry what the settings say. */
export async function markPastDue(work: Work, invoice: Invoice): Promise<void> {
  const before = await work.db.get('subscription', invoice.parent.subscription_details.subscription)
  if (!before || before.status === 'canceled') return
  if (invoice.next_payment_attempt === null && work.afterFinalFailure === 'cancel') {
    await endSubscription(work, before, 'payment_failed')
    return
  }
  const isFinal = invoice.next_payment_attempt === null && work.afterFinalFailure === 'unpaid'
  const after = { ...before, status: isFinal ? ('unpaid' as const) : ('past_due' as const) }
  if (after.status === before.status) return
  await work.db.put('subscription', after)
  await emit(work, 'customer.subscription.updated', after, before)
}

/** A paid invoice makes its subscription active again once no other one is open. */
export async function markRecovered(work: Work, invoice: Invoice): Promise<void> {
  const before = await work.db.get('subscription', invoice.parent.subscription_details.subscription)
  if (before?.status !== 'past_due' && before?.status !== 'unpaid') return
  const open = await work.db.list('invoice', {
    match: { status: 'open', parent: { subscription_details: { subscription: before.id } } },
    limit: 1,
  })
  if (open.length > 0) return
  const after = { ...before, status: 'active' as const }
  await work.db.put('subscription', after)
  await emit(work, 'customer.subscription.updated', after, before)
}
