import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteMaintenancePolicy } from '#lib/maintenance/delete-maintenance-policy.ts'
import { getMaintenancePolicy } from '#lib/maintenance/get-maintenance-policy.ts'
import { MaintenancePolicyDto } from '#lib/maintenance/maintenance-policy-dto.ts'
import { UpdateMaintenancePolicyInput } from '#lib/maintenance/maintenance-policy-input.ts'
import { updateMaintenancePolicy } from '#lib/maintenance/update-maintenance-policy.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a maintenance policy',
      permission: 'maintenancePolicy:read',
      params,
      response: MaintenancePolicyDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getMaintenancePolicy(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a maintenance policy',
      permission: 'maintenancePolicy:write',
      params,
      body: UpdateMaintenancePolicyInput,
      response: MaintenancePolicyDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateMaintenancePolicy(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a maintenance policy that nothing refers to',
      permission: 'maintenancePolicy:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteMaintenancePolicy(ctx, params.id),
  ),
})
