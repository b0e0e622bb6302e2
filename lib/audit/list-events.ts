import { and, desc, eq, ilike, or, type SQL } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { fromReplica } from '#db/from-replica.ts'
import { eventLogs } from '#db/schema/audit.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
import { actorLabels } from './actor-labels.ts'
import { type EventDto, toEventDto } from './event-dto.ts'
import { eventLogFields } from './list-fields.ts'
import { openerForUsers } from './user-key.ts'

/**
 * The account's audit trail, newest first unless sorted otherwise. Personal values are opened as long as their user exists.
 * `mayLag` reads the events where they may be a moment old; the users' keys are never old, or an erased one would still open.
 */
export async function listEvents(
  ctx: Authorized<'eventLog:read'>,
  input: ListInput,
  { mayLag = false }: { mayLag?: boolean } = {},
): Promise<Page<EventDto>> {
  const find = (db: Executor) => findEvents(db, ctx.accountId, input)
  const { total, rows } = await (mayLag ? fromReplica(ctx.db, find) : find(ctx.db))
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
    { total, page: input.page, limit: input.limit },
  )
}

async function findEvents(db: Executor, accountId: string, input: ListInput) {
  const where = and(
    eq(eventLogs.accountId, accountId),
    filtersToSql(eventLogFields, input.filters),
    input.query ? matches(input.query) : undefined,
  )
  const order =
    input.sort.length > 0 ? sortToSql(eventLogFields, input.sort, eventLogs) : [desc(eventLogs.seq)]
  const total = await db.$count(eventLogs, where)
  const rows = await db
    .select()
    .from(eventLogs)
    .where(where)
    .orderBy(...order)
    .limit(input.limit)
    .offset((input.page - 1) * input.limit)
  return { total, rows }
}

/** Free search: part of the event's name, or a whole id of what it happened to. */
function matches(query: string): SQL | undefined {
  return or(ilike(eventLogs.event, `%${likeText(query)}%`), eq(eventLogs.resourceId, query))
}
