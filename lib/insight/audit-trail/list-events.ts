import { and, eq, ilike, or, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { fromReplica } from '#db/from-replica.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { openerForUsers } from '#lib/audit/user-key.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { actorLabels } from './actor-labels.ts'
import { type EventDto, toEventDto } from './event-dto.ts'

/** What the event log may be filtered and sorted by. */
export const eventLogListFields = {
  id: { kind: 'id', column: eventLogs.id },
  seq: { kind: 'number', column: eventLogs.seq },
  event: { kind: 'text', column: eventLogs.event },
  /** The event without its resource. */
  action: { kind: 'text', column: sql`substr(${eventLogs.event}, strpos(${eventLogs.event}, '.') + 1)` },
  resource: { kind: 'text', column: eventLogs.resource },
  resourceId: { kind: 'text', column: eventLogs.resourceId },
  userId: { kind: 'id', column: eventLogs.userId },
  actor: { kind: 'text', column: eventLogs.actor },
  createdAt: { kind: 'date', column: eventLogs.createdAt },
} satisfies ListFields

/**
 * The account's audit trail, newest first unless sorted otherwise. Personal values are opened as long as their user exists.
 * `mayLag` reads the events from a replica. The users' keys always come from the primary; otherwise an erased one would still
 * open.
 */
export async function listEvents(
  ctx: Authorized<'eventLog:read'>,
  input: ListInput,
  { mayLag = false }: { mayLag?: boolean } = {},
): Promise<Page<EventDto>> {
  const find = (db: Executor) => findEvents(db, ctx.accountId, input)
  const page = await (mayLag ? fromReplica(ctx.db, find) : find(ctx.db))
  const userIds = page.items.flatMap((row) => row.userId ?? [])
  const [openSealed, label] = await Promise.all([
    openerForUsers(ctx.db, ctx.accountId, userIds),
    actorLabels(
      ctx.db,
      ctx.accountId,
      page.items.map((row) => row.actor),
    ),
  ])
  return page.map((row) => toEventDto(row, openSealed, label))
}

function findEvents(db: Executor, accountId: string, input: ListInput) {
  const where = and(
    eq(eventLogs.accountId, accountId),
    filtersToSql(eventLogListFields, input.filters),
    input.query ? matches(input.query) : undefined,
  )
  return paginateTable(db, eventLogs, {
    fields: eventLogListFields,
    input,
    where,
    // The sequence number breaks ties.
    ties: { createdAt: eventLogs.seq, id: eventLogs.seq },
    byDefault: [{ field: 'seq', descending: true }],
  })
}

/** Free search: part of the event's name, or a whole id of what it happened to. */
function matches(query: string): SQL | undefined {
  return or(ilike(eventLogs.event, `%${likeText(query)}%`), eq(eventLogs.resourceId, query))
}
