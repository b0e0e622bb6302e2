import { z } from 'zod'
import { deleteFeature } from '#lib/entitlements/delete-feature.ts'
import { FeatureDto } from '#lib/entitlements/feature-dto.ts'
import { UpdateFeatureInput } from '#lib/entitlements/feature-input.ts'
import { getFeature } from '#lib/entitlements/get-feature.ts'
import { updateFeature } from '#lib/entitlements/update-feature.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a feature',
      permission: 'feature:read',
      params,
      response: FeatureDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getFeature(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a feature',
      permission: 'feature:write',
      params,
      body: UpdateFeatureInput,
      response: FeatureDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateFeature(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a feature that nothing refers to',
      permission: 'feature:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteFeature(ctx, params.id),
  ),
})
