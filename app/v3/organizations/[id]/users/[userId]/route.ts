import { z } from 'zod'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'
import { removeOrganizationUser } from '#lib/organizations/remove-organization-user.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  DELETE: defineRoute(
    {
      summary: 'Take a user out of an organization',
      description:
        'Frees the seat; the user stays a customer. Also with the user token of the organization-admin, for their own organization.',
      permission: 'organization:write',
      params: z.object({ id: id(), userId: id() }),
      status: 204,
      errors: ['NOT_FOUND', 'CONFLICT'],
    },
    (ctx, { params }) => removeOrganizationUser(ctx, params),
  ),
})
