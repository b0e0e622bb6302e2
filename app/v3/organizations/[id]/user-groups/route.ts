import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createUserGroup } from '#lib/people/groups/create-user-group.ts'
import { listUserGroups, userGroupListFields } from '#lib/people/groups/list-user-groups.ts'
import { UserGroupDto } from '#lib/people/groups/user-group-dto.ts'
import { CreateUserGroupInput } from '#lib/people/groups/user-group-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the user groups of an organization',
      description: 'Also with the user token of the organization-admin, for their own organization.',
      permission: 'organization:read',
      params,
      query: listQuery(userGroupListFields),
      response: z.array(UserGroupDto),
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, query }) => listUserGroups(ctx, params.id, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a user group in an organization',
      description: 'Also with the user token of the organization-admin, for their own organization.',
      permission: 'organization:write',
      params,
      body: CreateUserGroupInput,
      response: UserGroupDto,
      status: 201,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => createUserGroup(ctx, params.id, body),
  ),
})
