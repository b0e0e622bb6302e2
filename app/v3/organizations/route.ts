import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { listQuery } from '#lib/http/list-query.ts'
import { methods } from '#lib/http/methods.ts'
import { createOrganization } from '#lib/organizations/create-organization.ts'
import { organizationListFields } from '#lib/organizations/list-fields.ts'
import { listOrganizations } from '#lib/organizations/list-organizations.ts'
import { OrganizationDto } from '#lib/organizations/organization-dto.ts'
import { CreateOrganizationInput } from '#lib/organizations/organization-input.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'List organizations',
      description:
        'Who runs an organization signs in with the role organization-admin and finds their own alone.',
      permission: 'organization:read',
      query: listQuery(organizationListFields),
      response: z.array(OrganizationDto),
      status: 200,
    },
    (ctx, { query }) => listOrganizations(ctx, query),
  ),
  POST: defineRoute(
    {
      summary: 'Create an organization',
      permission: 'organization:write',
      body: CreateOrganizationInput,
      response: OrganizationDto,
      status: 201,
      errors: ['CONFLICT'],
    },
    (ctx, { body }) => createOrganization(ctx, body),
  ),
})
