import { z } from 'zod'
import { createMaintenancePolicy } from '#lib/catalog/maintenance/create-maintenance-policy.ts'
import {
  listMaintenancePolicies,
  maintenancePolicyListFields,
} from '#lib/catalog/maintenance/list-maintenance-policies.ts'
import { MaintenancePolicyDto } from '#lib/catalog/maintenance/maintenance-policy-dto.ts'
import { CreateMaintenancePolicyInput } from '#lib/catalog/maintenance/maintenance-policy-input.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List maintenance policies',
      permission: 'maintenancePolicy:read',
      query: listQuery(maintenancePolicyListFields),
      response: z.array(MaintenancePolicyDto),
      status: 200,
    },
    (ctx, { query }) => listMaintenancePolicies(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a maintenance policy',
      permission: 'maintenancePolicy:write',
      body: CreateMaintenancePolicyInput,
      response: MaintenancePolicyDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createMaintenancePolicy(ctx, body),
  ),
})
