import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { LicenseDto } from '#lib/licenses/license-dto.ts'
import { licenseListFields } from '#lib/licenses/list-fields.ts'
import { listResellerLicenses } from '#lib/resellers/list-reseller-licenses.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the licenses of a reseller',
      description:
        'Also with the user token of the reseller-admin, for their own reseller: then only metadata that was shared with it is shown.',
      permission: 'reseller:read',
      params: z.object({ id: id() }),
      query: listQuery(licenseListFields),
      response: z.array(LicenseDto),
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, query }) => listResellerLicenses(ctx, params.id, query),
  ),
})
