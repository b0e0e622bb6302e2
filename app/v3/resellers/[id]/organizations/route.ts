import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { organizationListFields } from '#lib/organizations/list-fields.ts'
import { OrganizationDto } from '#lib/organizations/organization-dto.ts'
import { listResellerOrganizations } from '#lib/resellers/list-reseller-organizations.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List the organizations of a reseller',
      description: 'Also with the user token of the reseller-admin, for their own reseller.',
      permission: 'reseller:read',
      params: z.object({ id: id() }),
      query: listQuery(organizationListFields),
      response: z.array(OrganizationDto),
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, query }) => listResellerOrganizations(ctx, params.id, query),
  ),
})
