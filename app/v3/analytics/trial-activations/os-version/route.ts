import { filterQuery } from '#lib/core/input/list-query.ts'
import { countByName, NameCountsDto } from '#lib/insight/analytics/count-by-name.ts'
import { RANGE, TRIALS } from '#lib/insight/analytics/subjects.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Trials by version of the operating system',
      permission: 'analytics:read',
      query: filterQuery(TRIALS.fields, RANGE),
      response: NameCountsDto,
      status: 200,
    },
    (ctx, { query }) => countByName(ctx, TRIALS, TRIALS.table.osVersion, query),
  ),
})
