import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createUserGroup } from '#lib/user-groups/create-user-group.ts'
import { userGroupListFields } from '#lib/user-groups/list-fields.ts'
import { listUserGroups } from '#lib/user-groups/list-user-groups.ts'
import { UserGroupDto } from '#lib/user-groups/user-group-dto.ts'
import { CreateUserGroupInput } from '#lib/user-groups/user-group-input.ts'

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
