import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { LicenseExpiryInput } from '#lib/licensing/licenses/license-input.ts'
import { setLicenseExpiry } from '#lib/licensing/licenses/set-license-expiry.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
