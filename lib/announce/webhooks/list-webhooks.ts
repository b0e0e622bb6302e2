import { and, eq, getTableColumns, or, sql } from 'drizzle-orm'
import { webhooks } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { webhookListFields } from './list-fields.ts'
import { toWebhookDto, type WebhookDto } from './webhook-dto.ts'

/** Webhooks, oldest first unless sorted otherwise. `query` finds part of the name or URL. */
export async function listWebhooks(
  ctx: Authorized<'webhook:read'>,
  input: ListInput,
): Promise<Page<WebhookDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(webhooks.accountId, ctx.accountId),
    filtersToSql(webhookListFields, input.filters),
    input.query ? or(sql`${webhooks.name} ilike ${part}`, sql`${webhooks.url} ilike ${part}`) : undefined,
  )
  const order = listOrder(webhookListFields, input, webhooks)
  const [total, rows] = await Promise.all([
    ctx.db.$count(webhooks, where),
    ctx.db
      .select({ ...getTableColumns(webhooks), position: order.position })
      .from(webhooks)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toWebhookDto)
}
