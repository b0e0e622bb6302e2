import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { ResetPasswordInput, resetPassword } from '#lib/people/passwords/reset-password.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Set a new password with a reset token',
      description: 'Ends all sessions of the user and every other reset token. A second factor stays on.',
      permission: 'public',
      params: z.object({ id: id() }),
      body: ResetPasswordInput,
      status: 204,
      errors: ['INVALID_RESET_TOKEN'],
    },
    async (ctx, { params, body }) => {
      await resetPassword(ctx, { ...body, id: params.id })
      return undefined
    },
  ),
})
