import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import {
  addOrganizationUser,
  OrganizationUserInput,
} from '#lib/people/organizations/add-organization-user.ts'
import { listOrganizationUsers } from '#lib/people/organizations/list-organization-users.ts'
import { userListFields } from '#lib/people/users/list-users.ts'
import { UserDto } from '#lib/people/users/user-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the users of an organization',
      description: 'Also with the user token of the organization-admin, for their own organization.',
      permission: 'organization:read',
      params: z.object({ id: id() }),
      query: listQuery(userListFields),
      response: z.array(UserDto),
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, query }) => listOrganizationUsers(ctx, params.id, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a user in an organization',
      description:
        'Takes one of its seats. Also with the user token of the organization-admin, for their own organization. The role is always user.',
      permission: 'organization:write',
      params: z.object({ id: id() }),
      body: OrganizationUserInput,
      response: UserDto,
      status: 201,
      errors: ['NOT_FOUND', 'EMAIL_TAKEN', 'USERS_LIMIT_REACHED'],
    },
    (ctx, { params, body }) => addOrganizationUser(ctx, params.id, body),
  ),
})
