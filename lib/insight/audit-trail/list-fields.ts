import { sql } from 'drizzle-orm'
import { eventLogs } from '#db/schema/audit.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What the event log may be filtered and sorted by. */
export const eventLogFields = {
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
