import { exportQuery } from '#lib/core/input/list-query.ts'
import {
  activationLogCsv,
  exportActivationLogs,
} from '#lib/licensing/activation-logs/export-activation-logs.ts'
import { activationLogListFields } from '#lib/licensing/activation-logs/list-activation-logs.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Export activation logs',
      permission: 'activation:read',
      query: exportQuery(activationLogListFields),
      csv: activationLogCsv,
      status: 200,
    },
    (ctx, { query }) => exportActivationLogs(ctx, query),
  ),
})
