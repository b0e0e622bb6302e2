import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteUserGroup } from '#lib/people/groups/delete-user-group.ts'
import { getUserGroup } from '#lib/people/groups/get-user-group.ts'
import { updateUserGroup } from '#lib/people/groups/update-user-group.ts'
import { UserGroupDto } from '#lib/people/groups/user-group-dto.ts'
import { UpdateUserGroupInput } from '#lib/people/groups/user-group-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
