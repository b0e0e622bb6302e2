import { z } from 'zod'
import { deleteEntitlementSet } from '#lib/catalog/features/delete-entitlement-set.ts'
import { EntitlementSetDto } from '#lib/catalog/features/entitlement-set-dto.ts'
import { UpdateEntitlementSetInput } from '#lib/catalog/features/entitlement-set-input.ts'
import { getEntitlementSet } from '#lib/catalog/features/get-entitlement-set.ts'
import { updateEntitlementSet } from '#lib/catalog/features/update-entitlement-set.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
