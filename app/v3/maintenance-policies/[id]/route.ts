import { z } from 'zod'
import { deleteMaintenancePolicy } from '#lib/catalog/maintenance/delete-maintenance-policy.ts'
import { getMaintenancePolicy } from '#lib/catalog/maintenance/get-maintenance-policy.ts'
import { MaintenancePolicyDto } from '#lib/catalog/maintenance/maintenance-policy-dto.ts'
import { UpdateMaintenancePolicyInput } from '#lib/catalog/maintenance/maintenance-policy-input.ts'
import { updateMaintenancePolicy } from '#lib/catalog/maintenance/update-maintenance-policy.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
