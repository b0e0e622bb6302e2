import { defineRoute } from '#lib/http/define-route.ts'
import { exportQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { exportUsers } from '#lib/users/export-users.ts'
import { userListFields } from '#lib/users/list-fields.ts'
import { userCsv } from '#lib/users/user-csv.ts'

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
