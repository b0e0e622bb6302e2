import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createLicense } from '#lib/licensing/licenses/create-license.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { CreateLicenseInput } from '#lib/licensing/licenses/license-input.ts'
import { licenseListFields } from '#lib/licensing/licenses/list-fields.ts'
import { listLicenses } from '#lib/licensing/licenses/list-licenses.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List licenses',
      permission: 'license:read',
      query: listQuery(licenseListFields),
      response: z.array(LicenseDto),
      status: 200,
    },
    (ctx, { query }) => listLicenses(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create a license',
      permission: 'license:write',
      body: CreateLicenseInput,
      response: LicenseDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createLicense(ctx, body),
  ),
})
