import { and, count, eq, getTableColumns, ilike, or, type SQL } from 'drizzle-orm'
import { activationLogs } from '#db/schema/license-parts.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { type ActivationLogDto, openActivationLogs } from './activation-log-dto.ts'
import { activationLogListFields } from './list-fields.ts'

/** What happened on the account's devices. */
export async function listActivationLogs(
  ctx: Authorized<'activation:read'>,
  input: ListInput,
): Promise<Page<ActivationLogDto>> {
  const where = activationLogConditions(ctx, input)
  const order = listOrder(activationLogListFields, input, activationLogs)
  const [rows, [all]] = await Promise.all([
    ctx.db
      .select({ ...getTableColumns(activationLogs), position: order.position })
      .from(activationLogs)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
    ctx.db.select({ total: count() }).from(activationLogs).where(where),
  ])
  const page = order.page(rows, all?.total ?? 0)
  const items = await openActivationLogs(ctx, page.items)
  return page.holding(items)
}

/** What a list's filters and its search mean. Host names are sealed: they cannot be searched. */
export function activationLogConditions(
  ctx: Ctx,
  { filters, query }: Pick<ListInput, 'filters' | 'query'>,
): SQL | undefined {
  const pattern = query && `%${likeText(query)}%`
  return and(
    eq(activationLogs.accountId, ctx.accountId),
    filtersToSql(activationLogListFields, filters),
    pattern
      ? or(
          ilike(activationLogs.action, pattern),
          ilike(activationLogs.osVersion, pattern),
          ilike(activationLogs.appVersion, pattern),
        )
      : undefined,
  )
}
