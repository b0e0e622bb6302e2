import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteLicenseMeter } from '#lib/licenses/delete-license-meter.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: defineRoute(
    {
      summary: 'Delete a meter attribute of a license',
      permission: 'license:write',
      params: z.object({ id: id() }),
      status: 204,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => deleteLicenseMeter(ctx, params.id),
  ),
})
