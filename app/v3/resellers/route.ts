import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createReseller } from '#lib/people/resellers/create-reseller.ts'
import { listResellers, resellerListFields } from '#lib/people/resellers/list-resellers.ts'
import { ResellerDto } from '#lib/people/resellers/reseller-dto.ts'
import { CreateResellerInput } from '#lib/people/resellers/reseller-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List resellers',
      description: 'Who runs a reseller signs in with the role reseller-admin and finds their own alone.',
      permission: 'reseller:read',
      query: listQuery(resellerListFields),
      response: z.array(ResellerDto),
      status: 200,
    },
    (ctx, { query }) => listResellers(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a reseller',
      permission: 'reseller:write',
      body: CreateResellerInput,
      response: ResellerDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createReseller(ctx, body),
  ),
})
