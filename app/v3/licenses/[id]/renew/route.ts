import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { RenewLicenseInput } from '#lib/licensing/licenses/license-input.ts'
import { renewLicense } from '#lib/licensing/licenses/renew-license.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
