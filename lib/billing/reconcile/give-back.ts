import Stripe from 'stripe'
import type { OrderRow } from '../orders/find-claimed-order.ts'
import { hasEnded } from '../orders/order-status.ts'
import { APP_TAG, stripe } from '../stripe-client.ts'
import { idOf, type OrderClaim } from './fetched-subject.ts'

/** The refunds and cancellation of a payment whose buyer was deleted. */
export interface GivenBack {
  /** Whether a subscription was ended by this. */
  cancelled: boolean
  refunds: { paymentIntentId: string; refundId: string | null; problem: string | null }[]
}

/** The provider's error codes if a payment cannot be refunded or was refunded already. */
const LASTING = ['charge_already_refunded', 'charge_disputed']

/**
 * Ends the subscription of an order and, where wanted, refunds what was paid, at the provider. Repeating it takes nothing twice: refunds
 * have a key of their own, and later than that the provider says that it gave the money back before.
 */
export async function giveBack(
  order: OrderRow,
  claim: OrderClaim,
  wanted: { refunds: boolean },
): Promise<GivenBack> {
  const cancelled = claim.subscriptionId ? await cancel(claim.subscriptionId) : false
  const refunds: GivenBack['refunds'] = []
  for (const paymentIntentId of wanted.refunds ? await paymentsOf(claim) : []) {
    refunds.push({ paymentIntentId, ...(await refund(order, paymentIntentId)) })
  }
  return { cancelled, refunds }
}

async function cancel(id: string): Promise<boolean> {
  const { status } = await stripe('job').subscriptions.retrieve(id)
  if (hasEnded(status)) return false
  await stripe('job').subscriptions.cancel(id)
  return true
}

/** The payments behind a claim that brought money in. */
async function paymentsOf(claim: OrderClaim): Promise<string[]> {
  if (!claim.subscriptionId) return claim.isPaid && claim.paymentIntentId ? [claim.paymentIntentId] : []
  const payments = new Set<string>()
  const paid = stripe('job').invoices.list({ subscription: claim.subscriptionId, status: 'paid', limit: 100 })
  for await (const invoice of paid) {
    if (invoice.amount_paid === 0) continue
    const made = stripe('job').invoicePayments.list({ invoice: invoice.id, status: 'paid', limit: 100 })
    for await (const { payment } of made) {
      const id = idOf(payment.payment_intent)
      if (id) payments.add(id)
    }
  }
  return [...payments]
}

async function refund(
  order: OrderRow,
  paymentIntentId: string,
): Promise<{ refundId: string | null; problem: string | null }> {
  try {
    const made = await stripe('job').refunds.create(
      {
        payment_intent: paymentIntentId,
        reason: 'requested_by_customer',
        metadata: { app: APP_TAG, order_id: order.id },
      },
      { idempotencyKey: `refund:${order.id}:${paymentIntentId}` },
    )
    return { refundId: made.id, problem: null }
  } catch (error) {
    const isLasting =
      error instanceof Stripe.errors.StripeInvalidRequestError && LASTING.includes(error.code ?? '')
    if (!isLasting) throw error
    const isDone = error.code === 'charge_already_refunded'
    return { refundId: null, problem: isDone ? null : error.message }
  }
}
