import { z } from 'zod'
import { createEntitlementSet } from '#lib/entitlements/create-entitlement-set.ts'
import { EntitlementSetDto } from '#lib/entitlements/entitlement-set-dto.ts'
import { CreateEntitlementSetInput } from '#lib/entitlements/entitlement-set-input.ts'
import { entitlementSetListFields, listEntitlementSets } from '#lib/entitlements/list-entitlement-sets.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List entitlement sets',
      permission: 'entitlementSet:read',
      query: listQuery(entitlementSetListFields),
      response: z.array(EntitlementSetDto),
      status: 200,
    },
    (ctx, { query }) => listEntitlementSets(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create an entitlement set',
      permission: 'entitlementSet:write',
      body: CreateEntitlementSetInput,
      response: EntitlementSetDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createEntitlementSet(ctx, body),
  ),
})
