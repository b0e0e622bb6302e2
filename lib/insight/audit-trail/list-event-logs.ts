import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { FIRST_PAGE, type ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { findUsers } from '#lib/people/users/find-user.ts'
import { actingUserId, type EventLogDto, toEventLogDto } from './event-log-dto.ts'
import { listEvents } from './list-events.ts'

/** The audit trail for machines: oldest first unless sorted otherwise, as every list of the Web API. */
export async function listEventLogs(
  ctx: Authorized<'eventLog:read'>,
  input: ListInput,
): Promise<Page<EventLogDto>> {
  const sort = input.sort.length > 0 ? input.sort : [{ field: 'seq', descending: false }]
  const page = await listEvents(ctx, { ...input, sort })
  const ids = page.items.flatMap((event) => actingUserId(event) ?? [])
  const users = await findUsers(ctx.db, ctx.accountId, ids)
  return page.map((event) => toEventLogDto(event, users.get(actingUserId(event) ?? '')))
}

/**
 * One fact of the audit trail.
 * @throws NOT_FOUND
 */
export async function getEventLog(ctx: Authorized<'eventLog:read'>, id: string): Promise<EventLogDto> {
  const filters: ListInput['filters'] = [{ field: 'id', operator: 'eq', values: [id] }]
  const [event] = (await listEventLogs(ctx, { ...FIRST_PAGE, filters })).items
  if (!event) throw notFound('event')
  return event
}
