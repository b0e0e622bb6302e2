import { z } from 'zod'
import { createRole } from '#lib/access/roles/create-role.ts'
import { listRoles, roleListFields } from '#lib/access/roles/list-roles.ts'
import { RoleDto } from '#lib/access/roles/role-dto.ts'
import { CreateRoleInput } from '#lib/access/roles/role-input.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
