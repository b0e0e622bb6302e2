import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteReseller } from '#lib/people/resellers/delete-reseller.ts'
import { getReseller } from '#lib/people/resellers/get-reseller.ts'
import { ResellerDto } from '#lib/people/resellers/reseller-dto.ts'
import { UpdateResellerInput } from '#lib/people/resellers/reseller-input.ts'
import { updateReseller } from '#lib/people/resellers/update-reseller.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
