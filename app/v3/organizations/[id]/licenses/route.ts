import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { licenseListFields } from '#lib/licensing/licenses/list-fields.ts'
import { listOrganizationLicenses } from '#lib/licensing/licenses/list-organization-licenses.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the licenses of an organization',
      description:
        'Also with the user token of the organization-admin, for their own organization: then only metadata that was shared with it is shown.',
      permission: 'organization:read',
      params: z.object({ id: id() }),
      query: listQuery(licenseListFields),
      response: z.array(LicenseDto),
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, query }) => listOrganizationLicenses(ctx, params.id, query),
  ),
})
