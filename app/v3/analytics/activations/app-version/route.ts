import { filterQuery } from '#lib/core/input/list-query.ts'
import { countByName, NameCountsDto } from '#lib/insight/analytics/count-by-name.ts'
import { ACTIVATIONS, RANGE } from '#lib/insight/analytics/subjects.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Activations by version of the application',
      permission: 'analytics:read',
      query: filterQuery(ACTIVATIONS.fields, RANGE),
      response: NameCountsDto,
      status: 200,
    },
    (ctx, { query }) => countByName(ctx, ACTIVATIONS, ACTIVATIONS.table.appVersion, query),
  ),
})
