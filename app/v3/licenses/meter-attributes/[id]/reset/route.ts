import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { LicenseMeterDto } from '#lib/licensing/licenses/meter-dto.ts'
import { resetLicenseMeter } from '#lib/licensing/licenses/reset-license-meter.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
