import { z } from 'zod'
import { deleteEntitlementSet } from '#lib/entitlements/delete-entitlement-set.ts'
import { EntitlementSetDto } from '#lib/entitlements/entitlement-set-dto.ts'
import { UpdateEntitlementSetInput } from '#lib/entitlements/entitlement-set-input.ts'
import { getEntitlementSet } from '#lib/entitlements/get-entitlement-set.ts'
import { updateEntitlementSet } from '#lib/entitlements/update-entitlement-set.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get an entitlement set',
      permission: 'entitlementSet:read',
      params,
      response: EntitlementSetDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getEntitlementSet(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change an entitlement set',
      permission: 'entitlementSet:write',
      params,
      body: UpdateEntitlementSetInput,
      response: EntitlementSetDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateEntitlementSet(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete an entitlement set that nothing refers to',
      permission: 'entitlementSet:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteEntitlementSet(ctx, params.id),
  ),
})
