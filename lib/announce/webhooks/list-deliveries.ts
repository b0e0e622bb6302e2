import { and, eq, getTableColumns } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import { type DeliveryDto, toDeliveryDto } from './delivery-dto.ts'
import { deliveryListFields } from './list-fields.ts'

/** The delivery log of every webhook, oldest first unless sorted otherwise. */
export async function listDeliveries(
  ctx: Authorized<'webhook:read'>,
  input: ListInput,
): Promise<Page<DeliveryDto>> {
  const where = and(
    eq(webhookDeliveries.accountId, ctx.accountId),
    filtersToSql(deliveryListFields, input.filters),
  )
  const order = listOrder(deliveryListFields, input, webhookDeliveries)
  const [total, rows] = await Promise.all([
    ctx.db.$count(webhookDeliveries, where),
    ctx.db
      .select({ ...getTableColumns(webhookDeliveries), position: order.position })
      .from(webhookDeliveries)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toDeliveryDto)
}
