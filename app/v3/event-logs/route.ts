import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { EventLogDto } from '#lib/insight/audit-trail/event-log-dto.ts'
import { listEventLogs } from '#lib/insight/audit-trail/list-event-logs.ts'
import { eventLogListFields } from '#lib/insight/audit-trail/list-events.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the audit trail',
      description: 'Who did what, when and from where. Nothing in it can be changed or taken out.',
      permission: 'eventLog:read',
      query: listQuery(eventLogListFields),
      response: z.array(EventLogDto),
      status: 200,
    },
    (ctx, { query }) => listEventLogs(ctx, query),
  ),
})
