import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { listResellerUsers } from '#lib/people/resellers/list-reseller-users.ts'
import { userListFields } from '#lib/people/users/list-users.ts'
import { UserDto } from '#lib/people/users/user-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
