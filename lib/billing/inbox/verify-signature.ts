import Stripe from 'stripe'
import { AppError } from '#lib/core/errors.ts'

const TOLERANCE_SECONDS = 300

/**
 * Checks a webhook's signature over the raw body against every secret in force.
 * @throws INVALID_SIGNATURE; the message never says which of the reasons it was
 */
export async function verifySignature(
  rawBody: string,
  header: string | null,
  secrets: readonly string[],
  now: Date,
): Promise<void> {
  const sentAt = Number(/(?:^|,)\s*t=(\d{1,12})(?:,|$)/.exec(header ?? '')?.[1])
  // The library refuses old timestamps only. A header with a future timestamp could be replayed until then.
  if (!header || !(sentAt <= now.getTime() / 1000 + TOLERANCE_SECONDS)) throw invalidSignature()
  const signature = Stripe.webhooks.signature
  if (!signature) throw new Error('the stripe package verifies no signatures')
  for (const secret of secrets) {
    try {
      await signature.verifyHeaderAsync(rawBody, header, secret, TOLERANCE_SECONDS, undefined, now.getTime())
      return
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) throw error
    }
  }
  throw invalidSignature()
}

function invalidSignature(): AppError {
  return new AppError('INVALID_SIGNATURE', 'The signature does not fit this body, or is not of this moment.')
}
