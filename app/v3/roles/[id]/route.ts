import { z } from 'zod'
import { deleteRole } from '#lib/access/roles/delete-role.ts'
import { getRole } from '#lib/access/roles/get-role.ts'
import { RoleDto } from '#lib/access/roles/role-dto.ts'
import { UpdateRoleInput } from '#lib/access/roles/role-input.ts'
import { updateRole } from '#lib/access/roles/update-role.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
