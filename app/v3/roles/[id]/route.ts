import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteRole } from '#lib/roles/delete-role.ts'
import { getRole } from '#lib/roles/get-role.ts'
import { RoleDto } from '#lib/roles/role-dto.ts'
import { UpdateRoleInput } from '#lib/roles/role-input.ts'
import { updateRole } from '#lib/roles/update-role.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a role of operators',
      permission: 'role:read',
      params,
      response: RoleDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getRole(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a role of operators',
      description: 'Reserved roles cannot be changed: clone them. What is added must be held by the caller.',
      permission: 'role:write',
      params,
      body: UpdateRoleInput,
      response: RoleDto,
      status: 200,
      errors: ['NOT_FOUND', 'RESERVED_ROLE', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateRole(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a role that no operator has',
      permission: 'role:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'RESERVED_ROLE', 'IN_USE'],
    },
    (ctx, { params }) => deleteRole(ctx, params.id),
  ),
})
