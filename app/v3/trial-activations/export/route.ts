import { exportQuery } from '#lib/core/input/list-query.ts'
import { exportTrials, trialCsv } from '#lib/licensing/trials/export-trials.ts'
import { trialListFields } from '#lib/licensing/trials/trial-conditions.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
