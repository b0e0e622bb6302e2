import type { webhookDeliveries, webhooks } from '#db/schema/webhooks.ts'
import { clockOffset } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'
import { tryOpen } from '#lib/core/crypto/seal.ts'
import { DeliveryError, type DeliveryFailure } from './delivery-error.ts'
import type { Network } from './network.ts'
import { postBody } from './post-body.ts'
import { deliveryHeaders } from './sign-delivery.ts'

export interface Attempt {
  /** HTTP status of the answer; null = there was none. */
  responseStatus: number | null
  /** Why it counts as failed, for people; null = it arrived. */
  error: string | null
  /** Set when there was no answer. */
  failure?: DeliveryFailure | 'gone'
  durationMs: number
}

type Webhook = Pick<typeof webhooks.$inferSelect, 'id' | 'url' | 'sealedToken'>

/** Sends a delivery once and says how that went. Only a 2xx status counts: a redirect is not followed, and a failure. */
export async function attemptDelivery(
  ctx: Ctx,
  webhook: Webhook,
  delivery: Pick<typeof webhookDeliveries.$inferSelect, 'id'> & { sealedPayload: string },
  network: Network,
): Promise<Attempt> {
  const body = tryOpen('webhook-payload', delivery.sealedPayload, delivery.id)
  if (body === undefined) {
    return { responseStatus: null, error: 'Its content cannot be read.', failure: 'gone', durationMs: 0 }
  }
  const token = tryOpen('webhook-token', webhook.sealedToken, webhook.id)
  if (token === undefined) {
    const error = 'The secret of the webhook cannot be read: set another one.'
    return { responseStatus: null, error, durationMs: 0 }
  }
  // Receivers compare it with their own clocks, which no test mode moves.
  const sentAt = new Date(ctx.clock.now().getTime() - clockOffset())
  const headers = deliveryHeaders(token, { id: delivery.id, body, sentAt })
  const started = performance.now()
  const spent = () => Math.round(performance.now() - started)
  try {
    const { status } = await postBody(webhook.url, { body, headers }, { network })
    const arrived = status >= 200 && status < 300
    return { responseStatus: status, error: arrived ? null : refusal(status), durationMs: spent() }
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error
    return { responseStatus: null, error: error.message, failure: error.reason, durationMs: spent() }
  }
}

function refusal(status: number): string {
  const isRedirect = status >= 300 && status < 400
  return isRedirect ? `It answered ${status}: redirects are not followed.` : `It answered ${status}.`
}
