import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createUser } from '#lib/people/users/create-user.ts'
import { listUsers, userListFields } from '#lib/people/users/list-users.ts'
import { UserDto } from '#lib/people/users/user-dto.ts'
import { UserInput } from '#lib/people/users/user-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
