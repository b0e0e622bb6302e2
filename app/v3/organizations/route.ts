import { z } from 'zod'
import { listQuery } from '#lib/core/input/list-query.ts'
import { createOrganization } from '#lib/people/organizations/create-organization.ts'
import { listOrganizations, organizationListFields } from '#lib/people/organizations/list-organizations.ts'
import { OrganizationDto } from '#lib/people/organizations/organization-dto.ts'
import { CreateOrganizationInput } from '#lib/people/organizations/organization-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
