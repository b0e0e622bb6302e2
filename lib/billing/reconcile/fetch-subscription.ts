import type Stripe from 'stripe'
import { APP_TAG, stripe } from '../stripe-client.ts'
import { dateOf, type FetchedSubject, idOf } from './fetched-subject.ts'

/** A subscription as it is at the provider now. `known`: one of our orders already names it. */
export async function fetchSubscription(id: string, known: boolean): Promise<FetchedSubject> {
  const subscription = await stripe('job').subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  if (subscription.metadata.app !== APP_TAG && !known) {
    return { kind: 'ignored', note: 'it belongs to another product' }
  }
  const items = subscription.items.data
  const invoice = typeof subscription.latest_invoice === 'object' ? subscription.latest_invoice : null
  return {
    kind: 'order',
    claim: {
      orderId: subscription.metadata.order_id ?? null,
      livemode: subscription.livemode,
      customerId: idOf(subscription.customer),
      priceIds: items.map((item) => item.price.id),
      currency: subscription.currency,
      checkoutSessionId: null,
      subscriptionId: subscription.id,
      paymentIntentId: null,
      amountTotal: invoice?.total ?? null,
      paymentStatus: subscription.status,
      isPaid: subscription.status === 'active',
      hasFailed: subscription.status === 'incomplete_expired',
      hasExpired: false,
    },
    facts: {
      kind: 'subscription',
      status: subscription.status,
      items: items.map((item) => ({
        quantity: item.quantity ?? 1,
        periodEnd: new Date(item.current_period_end * 1000),
      })),
      trialEnd: dateOf(subscription.trial_end),
      cancelAt: dateOf(subscription.cancel_at),
      cancelAtPeriodEnd: subscription.cancel_at_period_end,
      endedAt: dateOf(subscription.ended_at),
      overdueSince: await overdueSince(subscription, invoice),
    },
  }
}

/** When the oldest unpaid invoice was made. The latest one would start the grace anew with every period. */
async function overdueSince(
  subscription: Stripe.Subscription,
  latest: Stripe.Invoice | null,
): Promise<Date | null> {
  if (subscription.status !== 'past_due' && subscription.status !== 'unpaid') return null
  const open = await stripe('job').invoices.list({
    subscription: subscription.id,
    status: 'open',
    limit: 100,
  })
  const made = open.data.map((invoice) => invoice.status_transitions.finalized_at ?? invoice.created)
  if (made.length > 0) return new Date(Math.min(...made) * 1000)
  const fallback = latest?.status_transitions.finalized_at ?? latest?.created ?? subscription.start_date
  return new Date(fallback * 1000)
}
