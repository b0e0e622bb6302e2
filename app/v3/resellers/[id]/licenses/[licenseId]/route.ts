import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { AssignLicenseInput, assignLicense } from '#lib/licensing/licenses/assign-license.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PATCH: defineRoute(
    {
      summary: 'Assign a license of a reseller to a user',
      description:
        'To a user that the reseller or one of its organizations brought, or (null) to nobody. Also with the user token of the reseller-admin, for their own reseller.',
      permission: 'reseller:write',
      params: z.object({ id: id(), licenseId: id() }),
      body: AssignLicenseInput,
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND', 'USER_BANNED'],
    },
    (ctx, { params, body }) => assignLicense(ctx, params, body),
  ),
})
