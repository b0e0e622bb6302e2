import { z } from 'zod'
import { createFeature } from '#lib/entitlements/create-feature.ts'
import { FeatureDto } from '#lib/entitlements/feature-dto.ts'
import { CreateFeatureInput } from '#lib/entitlements/feature-input.ts'
import { featureListFields, listFeatures } from '#lib/entitlements/list-features.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List features',
      permission: 'feature:read',
      query: listQuery(featureListFields),
      response: z.array(FeatureDto),
      status: 200,
    },
    (ctx, { query }) => listFeatures(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a feature',
      permission: 'feature:write',
      body: CreateFeatureInput,
      response: FeatureDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createFeature(ctx, body),
  ),
})
