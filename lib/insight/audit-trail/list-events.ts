import { and, eq, getTableColumns, ilike, or, type SQL } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { fromReplica } from '#db/from-replica.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { openerForUsers } from '#lib/audit/user-key.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { actorLabels } from './actor-labels.ts'
import { type EventDto, toEventDto } from './event-dto.ts'
import { eventLogFields } from './list-fields.ts'

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

async function findEvents(db: Executor, accountId: string, input: ListInput) {
  const where = and(
    eq(eventLogs.accountId, accountId),
    filtersToSql(eventLogFields, input.filters),
    input.query ? matches(input.query) : undefined,
  )
  // The sequence number breaks ties.
  const unique = { createdAt: eventLogs.seq, id: eventLogs.seq }
  const order = listOrder(eventLogFields, input, unique, [{ field: 'seq', descending: true }])
  const total = await db.$count(eventLogs, where)
  const rows = await db
    .select({ ...getTableColumns(eventLogs), position: order.position })
    .from(eventLogs)
    .where(and(where, order.after))
    .orderBy(...order.orderBy)
    .limit(order.limit)
    .offset(order.offset)
  return order.page(rows, total)
}

/** Free search: part of the event's name, or a whole id of what it happened to. */
function matches(query: string): SQL | undefined {
  return or(ilike(eventLogs.event, `%${likeText(query)}%`), eq(eventLogs.resourceId, query))
}
