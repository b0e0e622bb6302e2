import { z } from 'zod'
import { ActivationLogDto } from '#lib/activation-logs/activation-log-dto.ts'
import { listActivationLogs } from '#lib/activation-logs/list-activation-logs.ts'
import { activationLogListFields } from '#lib/activation-logs/list-fields.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List activation logs',
      permission: 'activation:read',
      query: listQuery(activationLogListFields),
      response: z.array(ActivationLogDto),
      status: 200,
    },
    (ctx, { query }) => listActivationLogs(ctx, query),
  ),
})
