import { exportQuery } from '#lib/core/input/list-query.ts'
import { exportUsers } from '#lib/people/users/export-users.ts'
import { userListFields } from '#lib/people/users/list-users.ts'
import { userCsv } from '#lib/people/users/user-csv.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Export users',
      permission: 'user:read',
      query: exportQuery(userListFields),
      csv: userCsv,
      status: 200,
    },
    (ctx, { query }) => exportUsers(ctx, query),
  ),
})
