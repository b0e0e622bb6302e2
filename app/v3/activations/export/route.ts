import { activationCsv, exportActivations } from '#lib/activations/export-activations.ts'
import { activationListFields } from '#lib/activations/list-fields.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { exportQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

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
