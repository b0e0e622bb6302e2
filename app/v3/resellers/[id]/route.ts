import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteReseller } from '#lib/resellers/delete-reseller.ts'
import { getReseller } from '#lib/resellers/get-reseller.ts'
import { ResellerDto } from '#lib/resellers/reseller-dto.ts'
import { UpdateResellerInput } from '#lib/resellers/reseller-input.ts'
import { updateReseller } from '#lib/resellers/update-reseller.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a reseller',
      permission: 'reseller:read',
      params,
      response: ResellerDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getReseller(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a reseller',
      permission: 'reseller:write',
      params,
      body: UpdateResellerInput,
      response: ResellerDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateReseller(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a reseller that nobody belongs to',
      permission: 'reseller:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteReseller(ctx, params.id),
  ),
})
