import type { Subscription, SubscriptionItem } from '../documents/subscriptions.ts'
import { emit } from '../webhooks/emit.ts'
import type { Work } from '../work.ts'
import { endSubscription } from './end-subscription.ts'
import { newInvoice } from './new-invoice.ts'
import { payInvoice } from './pay-invoice.ts'
import { periodEnd } from './periods.ts'

/** What happens to a subscription at `work.now`: its cancellation takes effect, or the items whose period is over renew. */
export async function renew(work: Work, before: Subscription): Promise<void> {
  if (before.cancel_at !== null && before.cancel_at <= work.now) {
    await endSubscription(work, before, 'cancellation_requested')
    return
  }
  const renewed = before.items.data.filter((item) => item.current_period_end <= work.now)
  const ids = new Set(renewed.map((item) => item.id))
  const items = before.items.data.map((item) => (ids.has(item.id) ? nextPeriod(before, item) : item))
  const invoice = await newInvoice(work, {
    id: work.newId('in'),
    subscription: before,
    reason: 'subscription_cycle',
    lines: items
      .filter((item) => ids.has(item.id))
      .map((item) => ({
        price: item.price,
        quantity: item.quantity,
        period: { start: item.current_period_start, end: item.current_period_end },
        item: item.id,
      })),
  })
  const after: Subscription = {
    ...before,
    items: { ...before.items, data: items },
    latest_invoice: invoice.id,
    status: before.status === 'trialing' ? 'active' : before.status,
  }
  await work.db.put('subscription', after)
  await emit(work, 'customer.subscription.updated', after, before)
  await payInvoice(work, invoice, { offSession: true })
}

function nextPeriod(subscription: Subscription, item: SubscriptionItem): SubscriptionItem {
  const start = item.current_period_end
  const recurring = item.price.recurring ?? { interval: 'month', interval_count: 1 }
  return {
    ...item,
    current_period_start: start,
    current_period_end: periodEnd(subscription.billing_cycle_anchor, start, recurring),
  }
}
