import Stripe from 'stripe'
import { env } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'
import { processSlot } from '#lib/core/process-slot.ts'

/** The mark on everything that we make at the provider, whose account may serve other products, too. */
export const APP_TAG = 'latchkey'

/** The name in the pinned version, `2026-10-28.endive`. Versions of one name are compatible. */
export const API_MAJOR = Stripe.MAJOR_API_VERSION

const REQUEST_TIMEOUT_MS = 10_000
const JOB_TIMEOUT_MS = 20_000

const slot = processSlot<Map<string, Stripe>>('stripe-clients')

/**
 * The payment provider's client, made on first use because a build has no key. Its timeout is shorter for a waiting person than
 * for a job.
 * @throws BILLING_OFF
 */
export function stripe(use: 'request' | 'job' = 'request'): Stripe {
  const { BILLING_MODE, STRIPE_SECRET_KEY, STRIPE_API_BASE } = env()
  if (BILLING_MODE === 'off' || !STRIPE_SECRET_KEY) {
    throw new AppError('BILLING_OFF', 'Payments are off in this installation.')
  }
  const clients = slot.get() ?? new Map<string, Stripe>()
  slot.set(clients)
  const name = [use, STRIPE_SECRET_KEY, STRIPE_API_BASE].join(' ')
  const known = clients.get(name)
  if (known) return known
  const client = new Stripe(STRIPE_SECRET_KEY, {
    apiVersion: Stripe.API_VERSION,
    telemetry: false,
    timeout: use === 'job' ? JOB_TIMEOUT_MS : REQUEST_TIMEOUT_MS,
    maxNetworkRetries: 2,
    appInfo: { name: 'Latchkey' },
    ...(STRIPE_API_BASE && hostOf(STRIPE_API_BASE)),
  })
  clients.set(name, client)
  return client
}

/** Whether real money moves. Objects of the other mode are ignored. */
export function isLivemode(): boolean {
  return /^(sk|rk)_live_/.test(env().STRIPE_SECRET_KEY ?? '')
}

function hostOf(base: string) {
  const url = new URL(base)
  const protocol: 'http' | 'https' = url.protocol === 'http:' ? 'http' : 'https'
  return { host: url.hostname, port: url.port || (protocol === 'http' ? 80 : 443), protocol }
}
