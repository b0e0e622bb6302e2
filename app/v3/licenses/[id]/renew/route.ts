import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { LicenseDto } from '#lib/licenses/license-dto.ts'
import { RenewLicenseInput } from '#lib/licenses/license-input.ts'
import { renewLicense } from '#lib/licenses/renew-license.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Renew a license by one interval',
      permission: 'license:write',
      params: z.object({ id: id() }),
      body: RenewLicenseInput,
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => renewLicense(ctx, params.id, body),
  ),
})
