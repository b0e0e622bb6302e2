import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { listQuery } from '#lib/core/input/list-query.ts'
import { organizationListFields } from '#lib/people/organizations/list-organizations.ts'
import { OrganizationDto } from '#lib/people/organizations/organization-dto.ts'
import { listResellerOrganizations } from '#lib/people/resellers/list-reseller-organizations.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
