import { and, count, desc, eq } from 'drizzle-orm'
import { eventLogs } from '#db/schema/audit.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, sortToSql } from '../list/to-sql.ts'
import { actorLabels } from './actor-labels.ts'
import { type EventDto, toEventDto } from './event-dto.ts'
import { eventLogFields } from './list-fields.ts'
import { openerForUsers } from './user-key.ts'

/** The account's audit trail, newest first unless sorted otherwise. Personal values are opened as long as their user exists. */
export async function listEvents(
  ctx: Authorized<'eventLog:read'>,
  input: ListInput,
): Promise<Page<EventDto>> {
  const where = and(eq(eventLogs.accountId, ctx.accountId), filtersToSql(eventLogFields, input.filters))
  const order =
    input.sort.length > 0 ? sortToSql(eventLogFields, input.sort, eventLogs) : [desc(eventLogs.seq)]
  const [total] = await ctx.db.select({ count: count() }).from(eventLogs).where(where)
  const rows = await ctx.db
    .select()
    .from(eventLogs)
    .where(where)
    .orderBy(...order)
    .limit(input.limit)
    .offset((input.page - 1) * input.limit)
  const userIds = rows.flatMap((row) => row.userId ?? [])
  const [openSealed, label] = await Promise.all([
    openerForUsers(ctx.db, ctx.accountId, userIds),
    actorLabels(
      ctx.db,
      ctx.accountId,
      rows.map((row) => row.actor),
    ),
  ])
  return new Page(
    rows.map((row) => toEventDto(row, openSealed, label)),
    { total: total?.count ?? 0, page: input.page, limit: input.limit },
  )
}
