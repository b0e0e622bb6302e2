import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createRole } from '#lib/roles/create-role.ts'
import { roleListFields } from '#lib/roles/list-fields.ts'
import { listRoles } from '#lib/roles/list-roles.ts'
import { RoleDto } from '#lib/roles/role-dto.ts'
import { CreateRoleInput } from '#lib/roles/role-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the roles of operators',
      permission: 'role:read',
      query: listQuery(roleListFields),
      response: z.array(RoleDto),
      status: 200,
    },
    (ctx, { query }) => listRoles(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a role for operators',
      description: 'Its claims are names of GET /v3/roles/claims, at most those that the caller holds.',
      permission: 'role:write',
      body: CreateRoleInput,
      response: RoleDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createRole(ctx, body),
  ),
})
