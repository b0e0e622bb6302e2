import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteUser } from '#lib/users/delete-user.ts'
import { getUser } from '#lib/users/get-user.ts'
import { updateUser } from '#lib/users/update-user.ts'
import { UserDto } from '#lib/users/user-dto.ts'
import { UserPatch } from '#lib/users/user-input.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    { summary: 'Get a user', permission: 'user:read', params, response: UserDto, status: 200 },
    (ctx, { params }) => getUser(ctx, params),
  ),
  PATCH: defineRoute(
    {
      summary: 'Update a user',
      permission: 'user:write',
      params,
      body: UserPatch,
      response: UserDto,
      status: 200,
      errors: ['FORBIDDEN', 'EMAIL_TAKEN', 'OPERATORS_ARE_NOT_USERS', 'USERS_LIMIT_REACHED'],
    },
    (ctx, { params, body }) => updateUser(ctx, { ...body, id: params.id }),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a user',
      description: 'Deletes the user and everything personal for good. Licenses stay, without an owner.',
      permission: 'user:write',
      params,
      status: 204,
      errors: ['IN_USE'],
    },
    async (ctx, { params }) => {
      await deleteUser(ctx, params)
      return undefined
    },
  ),
})
