import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteUser } from '#lib/insight/delete-user.ts'
import { getUser } from '#lib/people/users/get-user.ts'
import { updateUser } from '#lib/people/users/update-user.ts'
import { UserDto } from '#lib/people/users/user-dto.ts'
import { UserPatch } from '#lib/people/users/user-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
