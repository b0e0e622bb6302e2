import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createLicense } from '#lib/licenses/create-license.ts'
import { LicenseDto } from '#lib/licenses/license-dto.ts'
import { CreateLicenseInput } from '#lib/licenses/license-input.ts'
import { licenseListFields } from '#lib/licenses/list-fields.ts'
import { listLicenses } from '#lib/licenses/list-licenses.ts'

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
