import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { EventLogDto } from '#lib/insight/audit-trail/event-log-dto.ts'
import { getEventLog } from '#lib/insight/audit-trail/list-event-logs.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
