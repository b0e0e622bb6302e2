import type { Ctx } from '../context.ts'
import { addJob } from '../jobs/add-job.ts'
import { DELIVERY_FLAG } from './delivery-slots.ts'

/** What one job sends: everything that is due for one resource of one webhook. */
export interface DeliveryQueue {
  webhookId: string
  resourceId: string
}

/** Queues the sending. Jobs of one queue run one after another, so that deliveries of a resource keep their order. */
export async function addDeliveryJob(
  ctx: Ctx,
  { webhookId, resourceId }: DeliveryQueue,
  runAt?: Date,
): Promise<void> {
  const name = `webhook:${webhookId}:${resourceId}`
  const payload = { accountId: ctx.accountId, webhookId, resourceId }
  await addJob(ctx.db, 'deliver-webhook', payload, {
    queue: name,
    key: name,
    flag: DELIVERY_FLAG,
    ...(runAt && { runAt }),
  })
}
