import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { LicenseMeterDto } from '#lib/licenses/meter-dto.ts'
import { resetLicenseMeter } from '#lib/licenses/reset-license-meter.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Set a meter attribute of a license back to zero',
      permission: 'license:write',
      params: z.object({ id: id() }),
      response: LicenseMeterDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => resetLicenseMeter(ctx, params.id),
  ),
})
