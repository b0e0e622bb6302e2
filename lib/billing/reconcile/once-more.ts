import { setTimeout as delay } from 'node:timers/promises'
import Stripe from 'stripe'

const PAUSE_MS = 250
const PATIENCE_MS = 15_000

/**
 * Asks the provider, and again while the same request of another click is still going through there: it takes one request
 * of an idempotency key at a time, and then gives every one of them the same answer.
 */
export async function onceMore<T>(ask: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      const isUnderWay = error instanceof Stripe.errors.StripeError && error.code === 'idempotency_key_in_use'
      if (!isUnderWay || performance.now() > until) throw error
      await delay(PAUSE_MS)
    }
  }
}
