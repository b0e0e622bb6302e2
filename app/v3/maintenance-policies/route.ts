import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createMaintenancePolicy } from '#lib/maintenance/create-maintenance-policy.ts'
import {
  listMaintenancePolicies,
  maintenancePolicyListFields,
} from '#lib/maintenance/list-maintenance-policies.ts'
import { MaintenancePolicyDto } from '#lib/maintenance/maintenance-policy-dto.ts'
import { CreateMaintenancePolicyInput } from '#lib/maintenance/maintenance-policy-input.ts'

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
