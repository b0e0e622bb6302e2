import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { getMyLicense } from '#lib/licensing/licenses/get-my-license.ts'
import { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get one of my licenses',
      permission: 'me:read',
      params: z.object({ id: id() }),
      response: MyLicenseDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getMyLicense(ctx, params.id),
  ),
})
