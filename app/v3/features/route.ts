import { z } from 'zod'
import { createFeature } from '#lib/catalog/features/create-feature.ts'
import { FeatureDto } from '#lib/catalog/features/feature-dto.ts'
import { CreateFeatureInput } from '#lib/catalog/features/feature-input.ts'
import { featureListFields, listFeatures } from '#lib/catalog/features/list-features.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
