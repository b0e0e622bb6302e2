import { and, eq } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, sortToSql } from '../list/to-sql.ts'
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
  const [total, rows] = await Promise.all([
    ctx.db.$count(webhookDeliveries, where),
    ctx.db
      .select()
      .from(webhookDeliveries)
      .where(where)
      .orderBy(...sortToSql(deliveryListFields, input.sort, webhookDeliveries))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toDeliveryDto), { total, page: input.page, limit: input.limit })
}
