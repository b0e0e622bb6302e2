import type Stripe from 'stripe'
import { APP_TAG, stripe } from '../stripe-client.ts'

/** Tolerance: clocks differ, and the provider counts whole seconds. */
const LEEWAY_SECONDS = 300

/** The payment pages that the provider made for an order, recorded here or not; newest first. */
export async function findSessions(
  customerId: string,
  order: { id: string; createdAt: Date },
  use: 'request' | 'job' = 'request',
): Promise<Stripe.Checkout.Session[]> {
  const listed = stripe(use).checkout.sessions.list({
    customer: customerId,
    created: { gte: Math.floor(order.createdAt.getTime() / 1000) - LEEWAY_SECONDS },
    limit: 100,
  })
  const found: Stripe.Checkout.Session[] = []
  for await (const session of listed) {
    if (session.metadata?.app === APP_TAG && session.metadata.order_id === order.id) found.push(session)
  }
  return found
}
