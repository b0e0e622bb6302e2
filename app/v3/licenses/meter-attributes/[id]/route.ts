import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteLicenseMeter } from '#lib/licensing/licenses/delete-license-meter.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
