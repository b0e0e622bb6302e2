import { z } from 'zod'
import { createFeatureFlag } from '#lib/catalog/flags/create-feature-flag.ts'
import { FeatureFlagDto } from '#lib/catalog/flags/feature-flag-dto.ts'
import { CreateFeatureFlagInput } from '#lib/catalog/flags/feature-flag-input.ts'
import { featureFlagListFields, listFeatureFlags } from '#lib/catalog/flags/list-feature-flags.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List feature flags',
      permission: 'product:read',
      query: listQuery(featureFlagListFields),
      response: z.array(FeatureFlagDto),
      status: 200,
      deprecated: true,
    },
    (ctx, { query }) => listFeatureFlags(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a feature flag',
      permission: 'product:write',
      body: CreateFeatureFlagInput,
      response: FeatureFlagDto,
      status: 201,
      errors: ['CONFLICT'],
      deprecated: true,
    },
    (ctx, { body }) => createFeatureFlag(ctx, body),
  ),
})
