import { activationLogCsv, exportActivationLogs } from '#lib/activation-logs/export-activation-logs.ts'
import { activationLogListFields } from '#lib/activation-logs/list-fields.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { exportQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

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
