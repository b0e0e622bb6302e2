import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { removeOrganizationUser } from '#lib/people/organizations/remove-organization-user.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

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
