import { countByName, NameCountsDto } from '#lib/analytics/count-by-name.ts'
import { ACTIVATIONS, RANGE } from '#lib/analytics/subjects.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { filterQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Activations by country',
      permission: 'analytics:read',
      query: filterQuery(ACTIVATIONS.fields, RANGE),
      response: NameCountsDto,
      status: 200,
    },
    (ctx, { query }) => countByName(ctx, ACTIVATIONS, ACTIVATIONS.table.countryCode, query),
  ),
})
