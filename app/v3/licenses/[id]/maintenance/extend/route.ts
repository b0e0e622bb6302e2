import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { extendMaintenance } from '#lib/licenses/extend-maintenance.ts'
import { LicenseDto } from '#lib/licenses/license-dto.ts'
import { ExtendLicenseInput } from '#lib/licenses/license-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: "Extend a license's maintenance by seconds",
      permission: 'license:write',
      params: z.object({ id: id() }),
      body: ExtendLicenseInput,
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => extendMaintenance(ctx, params.id, body),
  ),
})
