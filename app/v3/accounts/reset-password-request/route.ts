import { ApiResetRequest, apiRequestPasswordReset } from '#lib/people/passwords/request-password-reset.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Ask for a new password',
      description:
        'Mails a link to the address if a user has it. The answer is the same if none has. The account is named by accountId or accountAlias; both may stay empty where there is only one.',
      permission: 'public',
      body: ApiResetRequest,
      status: 204,
      errors: ['ACCOUNT_REQUIRED', 'INVALID_ACCOUNT_ID'],
    },
    (ctx, { body }) => apiRequestPasswordReset(ctx, body),
  ),
})
