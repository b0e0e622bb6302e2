import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { extendLicense } from '#lib/licenses/extend-license.ts'
import { LicenseDto } from '#lib/licenses/license-dto.ts'
import { ExtendLicenseInput } from '#lib/licenses/license-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Extend a license by seconds',
      permission: 'license:write',
      params: z.object({ id: id() }),
      body: ExtendLicenseInput,
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
      deprecated: true,
    },
    (ctx, { params, body }) => extendLicense(ctx, params.id, body),
  ),
})
