import { z } from 'zod'
import { deleteFeature } from '#lib/catalog/features/delete-feature.ts'
import { FeatureDto } from '#lib/catalog/features/feature-dto.ts'
import { UpdateFeatureInput } from '#lib/catalog/features/feature-input.ts'
import { getFeature } from '#lib/catalog/features/get-feature.ts'
import { updateFeature } from '#lib/catalog/features/update-feature.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
