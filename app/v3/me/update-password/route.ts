import { changeMyPassword, PasswordChange } from '#lib/people/passwords/change-my-password.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: "Change the signed-in user's password",
      description: 'Ends every other session of that user.',
      permission: 'me:write',
      body: PasswordChange,
      status: 204,
      errors: ['AUTHENTICATION_FAILED'],
    },
    async (ctx, { body }) => {
      await changeMyPassword(ctx, body)
      return undefined
    },
  ),
})
