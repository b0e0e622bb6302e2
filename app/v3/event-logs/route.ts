import { z } from 'zod'
import { EventLogDto } from '#lib/audit/event-log-dto.ts'
import { listEventLogs } from '#lib/audit/list-event-logs.ts'
import { eventLogFields } from '#lib/audit/list-fields.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the audit trail',
      description: 'Who did what, when and from where. Nothing in it can be changed or taken out.',
      permission: 'eventLog:read',
      query: listQuery(eventLogFields),
      response: z.array(EventLogDto),
      status: 200,
    },
    (ctx, { query }) => listEventLogs(ctx, query),
  ),
})
