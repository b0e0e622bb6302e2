import { type SQL, sql } from 'drizzle-orm'
import { webhookDeliveries, webhooks } from '#db/schema/webhooks.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Filter, ListFields } from '#lib/core/list/filter.ts'
import { anyElement } from '#lib/core/list/to-sql.ts'
import { DELIVERY_STATES } from './delivery-dto.ts'

/** What the list of webhooks can be filtered and sorted by. */
export const webhookListFields = {
  name: { kind: 'text', column: webhooks.name },
  url: { kind: 'text', column: webhooks.url },
  active: { kind: 'boolean', column: webhooks.active },
  event: {
    kind: 'text',
    where: (filter) => anyElement(sql`unnest(${webhooks.events}) as event`, sql`event`, filter),
  },
  createdAt: { kind: 'date', column: webhooks.createdAt },
  updatedAt: { kind: 'date', column: webhooks.updatedAt },
} as const satisfies ListFields

const STATE = sql`case
  when ${webhookDeliveries.deliveredAt} is not null then 'delivered'
  when ${webhookDeliveries.deadAt} is not null then 'dead'
  when ${webhookDeliveries.nextAttemptAt} is not null then 'pending'
  else 'held' end`

/** What the delivery log can be filtered and sorted by. */
export const deliveryListFields = {
  id: { kind: 'id', column: webhookDeliveries.id },
  webhookId: { kind: 'id', column: webhookDeliveries.webhookId },
  event: { kind: 'text', column: webhookDeliveries.event },
  resourceId: { kind: 'text', column: webhookDeliveries.resourceId },
  status: { kind: 'choice', where: byState },
  responseStatus: { kind: 'number', column: webhookDeliveries.responseStatus },
  attempts: { kind: 'number', column: webhookDeliveries.attempts },
  test: { kind: 'boolean', column: webhookDeliveries.isTest },
  requestedAt: { kind: 'date', column: webhookDeliveries.lastAttemptAt },
  createdAt: { kind: 'date', column: webhookDeliveries.createdAt },
} as const satisfies ListFields

function byState(filter: Filter): SQL {
  const states = filter.values.map(String)
  const unknown = states.find((state) => !(DELIVERY_STATES as readonly string[]).includes(state))
  if (unknown !== undefined) throw fieldError('status', `one of ${DELIVERY_STATES.join(', ')} is expected`)
  const among = states.map((state) => sql`${STATE} = ${state}`)
  const holds = among.length === 0 ? sql`false` : sql`(${sql.join(among, sql` or `)})`
  return filter.operator === 'ne' || filter.operator === 'nin' ? sql`not ${holds}` : holds
}
