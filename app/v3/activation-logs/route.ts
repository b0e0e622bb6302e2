import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { ActivationLogDto } from '#lib/licensing/activation-logs/activation-log-dto.ts'
import {
  activationLogListFields,
  listActivationLogs,
} from '#lib/licensing/activation-logs/list-activation-logs.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
