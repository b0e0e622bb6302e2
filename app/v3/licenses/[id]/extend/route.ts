import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { extendLicense } from '#lib/licensing/licenses/extend-license.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { ExtendLicenseInput } from '#lib/licensing/licenses/license-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
