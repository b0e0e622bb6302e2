import Stripe from 'stripe'
import { clock } from '#lib/core/clock.ts'
import { WEBHOOK_SECRET } from './billing-world.ts'

interface Signing {
  secret?: string
  /** Seconds from now. */
  ageSeconds?: number
  scheme?: string
}

/** The signature header that the provider would send for this body. */
export function signatureOf(
  body: string,
  { secret = WEBHOOK_SECRET, ageSeconds = 0, scheme = 'v1' }: Signing = {},
) {
  return Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret,
    scheme,
    timestamp: Math.floor(clock.now().getTime() / 1000) - ageSeconds,
  })
}

/** Sends a body as the provider would. */
export function sendWebhook(url: string, body: string, header?: string | null): Promise<Response> {
  const signature = header === undefined ? signatureOf(body) : header
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json; charset=utf-8',
      ...(signature && { 'stripe-signature': signature }),
    },
    body,
    redirect: 'manual',
  })
}

let made = 0

/** A snapshot event around an object. */
export function eventBody(type: string, object: object, changes: object = {}): string {
  made += 1
  return JSON.stringify({
    id: `evt_test${made}x${process.pid}`,
    object: 'event',
    api_version: Stripe.API_VERSION,
    created: Math.floor(clock.now().getTime() / 1000),
    livemode: false,
    pending_webhooks: 1,
    request: { id: null, idempotency_key: null },
    type,
    data: { object },
    ...changes,
  })
}
