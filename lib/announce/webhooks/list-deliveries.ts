import { and, eq, type SQL, sql } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Filter, ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import { DELIVERY_STATES, type DeliveryDto, toDeliveryDto } from './delivery-dto.ts'

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

/** The delivery log of every webhook, oldest first unless sorted otherwise. */
export async function listDeliveries(
  ctx: Authorized<'webhook:read'>,
  input: ListInput,
): Promise<Page<DeliveryDto>> {
  const where = and(
    eq(webhookDeliveries.accountId, ctx.accountId),
    filtersToSql(deliveryListFields, input.filters),
  )
  const page = await paginateTable(ctx.db, webhookDeliveries, { fields: deliveryListFields, input, where })
  return page.map(toDeliveryDto)
}
