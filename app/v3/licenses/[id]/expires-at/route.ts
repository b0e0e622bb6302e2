import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { LicenseDto } from '#lib/licenses/license-dto.ts'
import { LicenseExpiryInput } from '#lib/licenses/license-input.ts'
import { setLicenseExpiry } from '#lib/licenses/set-license-expiry.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: defineRoute(
    {
      summary: 'Set the expiry of a license',
      permission: 'license:write',
      params: z.object({ id: id() }),
      body: LicenseExpiryInput,
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, body }) => setLicenseExpiry(ctx, params.id, body),
  ),
})
