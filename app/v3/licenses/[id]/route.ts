import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteLicense } from '#lib/licensing/licenses/delete-license.ts'
import { getLicense } from '#lib/licensing/licenses/get-license.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { UpdateLicenseInput } from '#lib/licensing/licenses/license-input.ts'
import { updateLicense } from '#lib/licensing/licenses/update-license.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get a license',
      permission: 'license:read',
      params,
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getLicense(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change a license',
      permission: 'license:write',
      params,
      body: UpdateLicenseInput,
      response: LicenseDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, body }) => updateLicense(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete a license with its devices',
      permission: 'license:write',
      params,
      status: 204,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => deleteLicense(ctx, params.id),
  ),
})
