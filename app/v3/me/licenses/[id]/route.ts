import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { getMyLicense } from '#lib/licenses/get-my-license.ts'
import { MyLicenseDto } from '#lib/licenses/my-license-dto.ts'

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
