import { countByDay, DayCountsDto } from '#lib/analytics/count-by-day.ts'
import { LICENSES, RANGE } from '#lib/analytics/subjects.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { filterQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Licenses made per day',
      description: 'Days are UTC; without a range, the last 30.',
      permission: 'analytics:read',
      query: filterQuery(LICENSES.fields, RANGE),
      response: DayCountsDto,
      status: 200,
    },
    (ctx, { query }) => countByDay(ctx, LICENSES, query),
  ),
})
