import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createReseller } from '#lib/resellers/create-reseller.ts'
import { resellerListFields } from '#lib/resellers/list-fields.ts'
import { listResellers } from '#lib/resellers/list-resellers.ts'
import { ResellerDto } from '#lib/resellers/reseller-dto.ts'
import { CreateResellerInput } from '#lib/resellers/reseller-input.ts'

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
