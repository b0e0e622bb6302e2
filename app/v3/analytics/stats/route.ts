import { AccountStatsDto, getAccountStats } from '#lib/insight/analytics/account-stats.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'How much of everything there is',
      permission: 'analytics:read',
      response: AccountStatsDto,
      status: 200,
    },
    (ctx) => getAccountStats(ctx),
  ),
})
