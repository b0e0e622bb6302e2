import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { deleteOrganization } from '#lib/organizations/delete-organization.ts'
import { getOrganization } from '#lib/organizations/get-organization.ts'
import { OrganizationDto } from '#lib/organizations/organization-dto.ts'
import { UpdateOrganizationInput } from '#lib/organizations/organization-input.ts'
import { updateOrganization } from '#lib/organizations/update-organization.ts'

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
