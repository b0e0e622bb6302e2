import { createHmac } from 'node:crypto'

/** The form of secrets of Standard Webhooks: the key itself, in base64. */
export const STANDARD_PREFIX = 'whsec_'

/**
 * The headers that prove where a delivery comes from. `webhook-id` is the same for every attempt of one delivery;
 * `webhook-timestamp` is the attempt's time, in seconds.
 *
 * Two conventions claim the one name `Webhook-Signature` for different values, so the form of the secret decides which it
 * carries: an arbitrary secret means base64(HMAC-SHA256(body)), one that starts with `whsec_` means Standard Webhooks,
 * `v1,` + base64(HMAC-SHA256(`id.timestamp.body`)). The second stands in `Latchkey-Webhook-Signature` for every webhook.
 */
export function deliveryHeaders(
  token: string,
  delivery: { id: string; body: string; sentAt: Date },
): Record<string, string> {
  const { id, body, sentAt } = delivery
  const key = keyOf(token)
  const timestamp = String(Math.floor(sentAt.getTime() / 1000))
  const standard = `v1,${hmac(key, `${id}.${timestamp}.${body}`)}`
  return {
    'content-type': 'application/json; charset=utf-8',
    'user-agent': 'Latchkey-Webhooks/1.0',
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': token.startsWith(STANDARD_PREFIX) ? standard : hmac(key, body),
    'latchkey-webhook-signature': standard,
  }
}

function keyOf(token: string): Buffer {
  return token.startsWith(STANDARD_PREFIX)
    ? Buffer.from(token.slice(STANDARD_PREFIX.length), 'base64')
    : Buffer.from(token, 'utf8')
}

function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64')
}
