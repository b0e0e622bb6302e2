import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { sendingDomains } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { sendingDomainListFields } from './list-fields.ts'
import { type SendingDomainDto, toSendingDomainDto } from './sending-domain-dto.ts'

/** Sending domains, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listSendingDomains(
  ctx: Authorized<'automatedEmail:read'>,
  input: ListInput,
): Promise<Page<SendingDomainDto>> {
  const where = and(
    eq(sendingDomains.accountId, ctx.accountId),
    filtersToSql(sendingDomainListFields, input.filters),
    input.query ? sql`${sendingDomains.domain} ilike ${`%${likeText(input.query)}%`}` : undefined,
  )
  const order = listOrder(sendingDomainListFields, input, sendingDomains)
  const [total, rows] = await Promise.all([
    ctx.db.$count(sendingDomains, where),
    ctx.db
      .select({ ...getTableColumns(sendingDomains), position: order.position })
      .from(sendingDomains)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toSendingDomainDto)
}
