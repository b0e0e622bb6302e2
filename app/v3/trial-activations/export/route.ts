import { defineRoute } from '#lib/http/define-route.ts'
import { exportQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { exportTrials, trialCsv } from '#lib/trials/export-trials.ts'
import { trialListFields } from '#lib/trials/trial-list-fields.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Export trial activations',
      permission: 'trialActivation:read',
      query: exportQuery(trialListFields),
      csv: trialCsv,
      status: 200,
    },
    (ctx, { query }) => exportTrials(ctx, query),
  ),
})
