import { filterQuery } from '#lib/core/input/list-query.ts'
import { countByDay, DayCountsDto } from '#lib/insight/analytics/count-by-day.ts'
import { LICENSES, RANGE } from '#lib/insight/analytics/subjects.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
