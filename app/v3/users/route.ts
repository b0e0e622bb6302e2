import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createUser } from '#lib/users/create-user.ts'
import { userListFields } from '#lib/users/list-fields.ts'
import { listUsers } from '#lib/users/list-users.ts'
import { UserDto } from '#lib/users/user-dto.ts'
import { UserInput } from '#lib/users/user-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List users',
      permission: 'user:read',
      query: listQuery(userListFields),
      response: z.array(UserDto),
      status: 200,
    },
    (ctx, { query }) => listUsers(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a user',
      permission: 'user:write',
      body: UserInput,
      response: UserDto,
      status: 201,
      errors: ['EMAIL_TAKEN', 'OPERATORS_ARE_NOT_USERS', 'USERS_LIMIT_REACHED'],
    },
    (ctx, { body }) => createUser(ctx, body),
  ),
})
