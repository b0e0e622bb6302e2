import { exportQuery } from '#lib/core/input/list-query.ts'
import { activationCsv, exportActivations } from '#lib/licensing/activations/export-activations.ts'
import { activationListFields } from '#lib/licensing/activations/select-activations.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Export activations',
      permission: 'activation:read',
      query: exportQuery(activationListFields),
      csv: activationCsv,
      status: 200,
    },
    (ctx, { query }) => exportActivations(ctx, query),
  ),
})
