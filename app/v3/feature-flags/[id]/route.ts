import { z } from 'zod'
import { deleteFeatureFlag } from '#lib/catalog/flags/delete-feature-flag.ts'
import { FeatureFlagDto } from '#lib/catalog/flags/feature-flag-dto.ts'
import { UpdateFeatureFlagInput } from '#lib/catalog/flags/feature-flag-input.ts'
import { getFeatureFlag } from '#lib/catalog/flags/get-feature-flag.ts'
import { updateFeatureFlag } from '#lib/catalog/flags/update-feature-flag.ts'
import { id } from '#lib/core/input/fields.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a feature flag',
      permission: 'product:read',
      params,
      response: FeatureFlagDto,
      status: 200,
      errors: ['NOT_FOUND'],
      deprecated: true,
    },
    (ctx, { params }) => getFeatureFlag(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a feature flag',
      permission: 'product:write',
      params,
      body: UpdateFeatureFlagInput,
      response: FeatureFlagDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
      deprecated: true,
    },
    (ctx, { params, body }) => updateFeatureFlag(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a feature flag that nothing refers to',
      permission: 'product:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
      deprecated: true,
    },
    (ctx, { params }) => deleteFeatureFlag(ctx, params.id),
  ),
})
