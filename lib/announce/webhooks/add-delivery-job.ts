import type { Ctx } from '#lib/core/context.ts'
import { addJob, type Tasks } from '#lib/core/jobs/add-job.ts'
import { addJobs } from '#lib/core/jobs/add-jobs.ts'
import { DELIVERY_FLAG } from './delivery-slots.ts'

/** One job sends everything that is due for one resource of one webhook. */
export interface DeliveryQueue {
  webhookId: string
  resourceId: string
}

/** Queues the sending. Jobs of one queue run one after another, so that deliveries of a resource keep their order. */
export async function addDeliveryJob(ctx: Ctx, queue: DeliveryQueue, runAt?: Date): Promise<void> {
  const { name, payload } = jobOf(ctx, queue)
  await addJob(ctx.db, 'deliver-webhook', payload, {
    queue: name,
    key: name,
    flag: DELIVERY_FLAG,
    ...(runAt && { runAt }),
  })
}

/** As `addDeliveryJob` for many at once; each is queued once, however often it is named. */
export async function addDeliveryJobs(ctx: Ctx, queues: readonly DeliveryQueue[]): Promise<void> {
  const jobs = new Map(queues.map((queue) => jobOf(ctx, queue)).map((job) => [job.name, job]))
  await addJobs(ctx.db, 'deliver-webhook', [...jobs.values()], { flag: DELIVERY_FLAG })
}

function jobOf(ctx: Ctx, { webhookId, resourceId }: DeliveryQueue) {
  const payload: Tasks['deliver-webhook'] = { accountId: ctx.accountId, webhookId, resourceId }
  return { name: `webhook:${webhookId}:${resourceId}`, payload }
}
