import { createHmac } from 'node:crypto'

/**
 * The `Stripe-Signature` header: one `v1` per secret, so that a receiver may hold either while a secret is rolled.
 * @param timestamp seconds
 */
export function signatureHeader(body: string, secrets: readonly string[], timestamp: number): string {
  const parts = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`,
  )
  return [`t=${timestamp}`, ...parts].join(',')
}
