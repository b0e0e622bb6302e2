import type { Delivery, WebhookEndpoint } from '../documents/events.ts'
import type { Emulation } from '../emulation.ts'
import { signatureHeader } from './sign.ts'

const TIMEOUT_MS = 10_000

export interface Outcome {
  ok: boolean
  /** No further attempt. */
  final: boolean
  status: number | null
  error: string | null
}

/** One attempt, with a signature made for it. Anything but 2xx is a failure, redirects included. */
export async function send(
  emulation: Emulation,
  endpoint: WebhookEndpoint,
  delivery: Delivery,
  now: number,
): Promise<Outcome> {
  const strike = (action: Parameters<typeof emulation.faults.strikeWebhook>[0]) =>
    emulation.faults.strikeWebhook(action, delivery.type)
  if (strike('drop')) return { ok: false, final: true, status: null, error: 'dropped by a fault' }
  const stored = await emulation.storage.get('webhook_secrets', endpoint.id)
  const secrets = (stored?.secrets ?? [])
    .filter((secret) => secret.expires_at === null || secret.expires_at > now)
    .map((secret) => emulation.storage.open(secret.sealed))
  const signedBy = strike('wrong_secret') ? ['whsec_not_the_secret'] : secrets
  const skew = strike('stale') ? -3600 : strike('future') ? 86_400 : 0
  const signature = signatureHeader(delivery.body, signedBy, now + skew)
  const body = strike('altered_body')
    ? delivery.body.replace('"livemode": false', '"livemode": true ')
    : delivery.body
  const duplicate = strike('duplicate')
  const copies = duplicate ? (duplicate.times ?? 2) : 1
  let outcome: Outcome = { ok: false, final: false, status: null, error: null }
  for (let copy = 0; copy < copies; copy++) outcome = await post(emulation, endpoint.url, body, signature)
  return outcome
}

async function post(emulation: Emulation, url: string, body: string, signature: string): Promise<Outcome> {
  try {
    const response = await emulation.fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), emulation.closing]),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'stripe-signature': signature,
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
    })
    await response.arrayBuffer()
    return {
      ok: response.ok,
      final: false,
      status: response.status,
      error: response.ok ? null : `HTTP ${response.status}`,
    }
  } catch (error) {
    return {
      ok: false,
      final: false,
      status: null,
      error: error instanceof Error ? error.message : String(error),
    }
  }
}
