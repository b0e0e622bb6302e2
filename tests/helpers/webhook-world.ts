import { and, asc, eq, lte } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import { createWebhook } from '#lib/announce/webhooks/create-webhook.ts'
import { deliverWebhook } from '#lib/announce/webhooks/deliver-webhook.ts'
import type { WebhookEventName } from '#lib/announce/webhooks/event-names.ts'
import type { Network } from '#lib/announce/webhooks/network.ts'
import { authorize } from '#lib/core/authorize.ts'
import { contextFor, operatorActor, systemActor, type TestClock, testClock } from './context.ts'
import { loopback } from './webhook-receiver.ts'

/** One account's webhooks under a clock that stands still until it is moved. */
export function webhookWorld(accountId: string, clock: TestClock = testClock()) {
  const operator = () => contextFor(operatorActor(), { accountId, clock })
  const system = () => authorize(contextFor(systemActor(), { accountId, clock }), 'system:work')
  const rows = () =>
    db()
      .select()
      .from(webhookDeliveries)
      .where(eq(webhookDeliveries.accountId, accountId))
      .orderBy(asc(webhookDeliveries.seq))
  return {
    accountId,
    clock,
    operator,
    system,
    rows,
    makeWebhook: (input: { url: string; events: WebhookEventName[]; name?: string; token?: string }) =>
      createWebhook(authorize(operator(), 'webhook:write'), {
        name: input.name ?? 'Shop',
        url: input.url,
        token: input.token,
        active: true,
        events: input.events,
      }),
    /** Does what the worker would do at this moment: everything that is due, resource by resource. */
    async deliver(network: Network = loopback): Promise<void> {
      const due = await db()
        .selectDistinct({
          webhookId: webhookDeliveries.webhookId,
          resourceId: webhookDeliveries.resourceId,
        })
        .from(webhookDeliveries)
        .where(
          and(eq(webhookDeliveries.accountId, accountId), lte(webhookDeliveries.nextAttemptAt, clock.now())),
        )
      for (const queue of due) await deliverWebhook(system(), queue, network)
    },
  }
}
