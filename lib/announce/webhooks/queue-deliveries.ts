import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Ctx } from '#lib/core/context.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'
import { withoutText } from '#lib/mail/user-text.ts'
import { addDeliveryJobs } from './add-delivery-job.ts'
import type { DispatchedEvent } from './event-names.ts'
import { DERIVED } from './forget-user.ts'

/** An active webhook. A suspended one's deliveries are only kept for replay. */
interface Listening {
  id: string
  events: string[]
  suspendedAt: Date | null
}

/**
 * Writes one delivery per event and webhook that asked for it, in the transaction of their cause, and queues the sending. A
 * suspended webhook's are kept, and not sent.
 */
export async function queueDeliveries(
  ctx: Ctx,
  events: readonly DispatchedEvent[],
  { webhooks, at }: { webhooks: readonly Listening[]; at: Date },
): Promise<void> {
  const queued = webhooks.flatMap((webhook) =>
    events.flatMap((event) => {
      if (!webhook.events.includes(event.event)) return []
      const id = newId()
      return {
        accountId: ctx.accountId,
        id,
        webhookId: webhook.id,
        event: event.event,
        resourceId: event.resourceId,
        userId: event.userId ?? (event.resource === 'user' ? event.resourceId : null),
        sealedPayload: seal('webhook-payload', deliveryBody(event.event, dataOf(event), at), id),
        nextAttemptAt: webhook.suspendedAt ? null : at,
        createdAt: at,
        updatedAt: at,
      }
    }),
  )
  if (queued.length === 0) return
  await Promise.all([
    ctx.db.insert(webhookDeliveries).values(queued),
    addDeliveryJobs(
      ctx,
      queued.filter(({ nextAttemptAt }) => nextAttemptAt !== null),
    ),
  ])
}

/** A delivery about an erased user names the user by id alone. */
function dataOf({ event, data }: DispatchedEvent): unknown {
  return event === 'user.deleted' ? withoutText(data, DERIVED) : data
}

/** The exact bytes that are sent. Signatures cover this text. */
export function deliveryBody(event: string, data: unknown, at: Date): string {
  return JSON.stringify({ event, data, triggeredAt: at.toISOString() })
}
