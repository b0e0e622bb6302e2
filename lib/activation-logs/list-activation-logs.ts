import { and, count, eq, ilike, or, type SQL } from 'drizzle-orm'
import { activationLogs } from '#db/schema/license-parts.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { Ctx } from '../context.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
import type { ActivationLogDto } from './activation-log-dto.ts'
import { activationLogListFields } from './list-fields.ts'
import { openActivationLogs } from './load-activation-logs.ts'

/** What happened on the account's devices. */
export async function listActivationLogs(
  ctx: Authorized<'activation:read'>,
  input: ListInput,
): Promise<Page<ActivationLogDto>> {
  const where = activationLogConditions(ctx, input)
  const [rows, [all]] = await Promise.all([
    ctx.db
      .select()
      .from(activationLogs)
      .where(where)
      .orderBy(...sortToSql(activationLogListFields, input.sort, activationLogs))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
    ctx.db.select({ total: count() }).from(activationLogs).where(where),
  ])
  const items = await openActivationLogs(ctx, rows)
  return new Page(items, { total: all?.total ?? 0, page: input.page, limit: input.limit })
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
