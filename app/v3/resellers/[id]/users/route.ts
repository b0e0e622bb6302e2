import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { listResellerUsers } from '#lib/resellers/list-reseller-users.ts'
import { userListFields } from '#lib/users/list-fields.ts'
import { UserDto } from '#lib/users/user-dto.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the users of a reseller',
      description: 'Also with the user token of the reseller-admin, for their own reseller.',
      permission: 'reseller:read',
      params: z.object({ id: id() }),
      query: listQuery(userListFields),
      response: z.array(UserDto),
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, query }) => listResellerUsers(ctx, params.id, query),
  ),
})
