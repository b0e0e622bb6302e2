import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { UserPasswordUpdate, updateUserPassword } from '#lib/people/passwords/update-user-password.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: "Set a user's password",
      description: 'Ends all sessions of that user. Customers change their own at /v3/me/update-password.',
      permission: 'user:write',
      params: z.object({ id: id() }),
      body: UserPasswordUpdate,
      status: 204,
      errors: ['FORBIDDEN', 'AUTHENTICATION_FAILED'],
    },
    async (ctx, { params, body }) => {
      await updateUserPassword(ctx, { ...body, id: params.id })
      return undefined
    },
  ),
})
