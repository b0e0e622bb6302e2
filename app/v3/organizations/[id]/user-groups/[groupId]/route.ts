import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteUserGroup } from '#lib/user-groups/delete-user-group.ts'
import { getUserGroup } from '#lib/user-groups/get-user-group.ts'
import { updateUserGroup } from '#lib/user-groups/update-user-group.ts'
import { UserGroupDto } from '#lib/user-groups/user-group-dto.ts'
import { UpdateUserGroupInput } from '#lib/user-groups/user-group-input.ts'

const params = z.object({ id: id(), groupId: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a user group of an organization',
      permission: 'organization:read',
      params,
      response: UserGroupDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getUserGroup(ctx, params),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a user group of an organization',
      description: 'userIds replaces its members.',
      permission: 'organization:write',
      params,
      body: UpdateUserGroupInput,
      response: UserGroupDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateUserGroup(ctx, params, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a user group of an organization',
      permission: 'organization:write',
      params,
      status: 204,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => deleteUserGroup(ctx, params),
  ),
})
