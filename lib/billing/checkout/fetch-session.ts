import type Stripe from 'stripe'
import { type FetchedSubject, idOf } from '../reconcile/fetched-subject.ts'
import { APP_TAG, stripe } from '../stripe-client.ts'

/** A checkout session as it is at the provider now. */
export async function fetchSession(id: string): Promise<FetchedSubject> {
  const session = await stripe('job').checkout.sessions.retrieve(id, {
    expand: ['line_items', 'payment_intent'],
  })
  if (session.metadata?.app !== APP_TAG) return { kind: 'ignored', note: 'it belongs to another product' }
  if (session.mode === 'setup') return { kind: 'ignored', note: 'it only saved a card' }
  const subscriptionId = idOf(session.subscription)
  // All events of a subscription go to one subject, so that two jobs on it cannot overtake each other.
  if (subscriptionId) return { kind: 'forward', subject: subscriptionId }
  const lines = session.line_items?.data ?? []
  return {
    kind: 'order',
    claim: {
      orderId: session.metadata.order_id ?? null,
      livemode: session.livemode,
      customerId: idOf(session.customer),
      priceIds: lines.flatMap((line) => (line.price ? [line.price.id] : [])),
      currency: session.currency,
      checkoutSessionId: session.id,
      subscriptionId: null,
      paymentIntentId: idOf(session.payment_intent),
      amountTotal: session.amount_total,
      paymentStatus: statusOf(session),
      isPaid: session.status === 'complete' && session.payment_status !== 'unpaid',
      hasFailed: hasFailed(session),
      hasExpired: session.status === 'expired',
    },
    facts: {
      kind: 'payment',
      sessionStatus: session.status,
      paymentStatus: session.payment_status,
      lines: lines.map((line) => ({ quantity: line.quantity ?? 1 })),
    },
  }
}

/** A delayed payment that failed leaves a complete but unpaid session whose intent asks for another method. */
function hasFailed(session: Stripe.Checkout.Session): boolean {
  if (session.status !== 'complete' || session.payment_status !== 'unpaid') return false
  const intent = typeof session.payment_intent === 'object' ? session.payment_intent : null
  return intent?.status === 'requires_payment_method' || intent?.status === 'canceled'
}

function statusOf(session: Stripe.Checkout.Session): string {
  if (session.status !== 'complete') return session.status ?? 'open'
  if (session.payment_status !== 'unpaid') return session.payment_status
  return hasFailed(session) ? 'failed' : 'processing'
}
