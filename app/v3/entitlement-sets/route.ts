import { z } from 'zod'
import { createEntitlementSet } from '#lib/catalog/features/create-entitlement-set.ts'
import { EntitlementSetDto } from '#lib/catalog/features/entitlement-set-dto.ts'
import { CreateEntitlementSetInput } from '#lib/catalog/features/entitlement-set-input.ts'
import { entitlementSetListFields, listEntitlementSets } from '#lib/catalog/features/list-entitlement-sets.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
