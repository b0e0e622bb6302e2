import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { deleteOrganization } from '#lib/people/organizations/delete-organization.ts'
import { getOrganization } from '#lib/people/organizations/get-organization.ts'
import { OrganizationDto } from '#lib/people/organizations/organization-dto.ts'
import { UpdateOrganizationInput } from '#lib/people/organizations/organization-input.ts'
import { updateOrganization } from '#lib/people/organizations/update-organization.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get an organization',
      permission: 'organization:read',
      params,
      response: OrganizationDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getOrganization(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change an organization',
      permission: 'organization:write',
      params,
      body: UpdateOrganizationInput,
      response: OrganizationDto,
      status: 200,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params, body }) => updateOrganization(ctx, params.id, body),
  ),
  DELETE: defineRoute(
    {
      summary: 'Delete an organization that nobody belongs to',
      permission: 'organization:write',
      params,
      status: 204,
      errors: ['NOT_FOUND', 'IN_USE'],
    },
    (ctx, { params }) => deleteOrganization(ctx, params.id),
  ),
})
