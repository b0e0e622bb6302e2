import { z } from 'zod'
import { EventLogDto } from '#lib/audit/event-log-dto.ts'
import { getEventLog } from '#lib/audit/list-event-logs.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get one fact of the audit trail',
      permission: 'eventLog:read',
      params: z.object({ id: id() }),
      response: EventLogDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getEventLog(ctx, params.id),
  ),
})
