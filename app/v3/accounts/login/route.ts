import { z } from 'zod'
import { ApiCredentials, apiSignIn } from '#lib/people/sign-in/api-sign-in.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Sign a user in',
      description:
        'Answers a user access token for /v3/me. The account is named by accountId or accountAlias; both may stay empty where there is only one. Who has switched a second factor on sends twoFactorCode or twoFactorRecoveryCode; a code counts once.',
      permission: 'public',
      body: ApiCredentials,
      headers: { 'user-agent': 'Names the session in the list that the user sees.' },
      response: z.object({ accessToken: z.string(), userId: z.uuid() }),
      status: 200,
      secretAnswer: true,
      errors: [
        'AUTHENTICATION_FAILED',
        'MISSING_TWO_FACTOR_CODE',
        'INVALID_TWO_FACTOR_CODE',
        'ACCOUNT_LOGIN_TEMPORARILY_LOCKED',
        'ACCOUNT_REQUIRED',
        'INVALID_ACCOUNT_ID',
      ],
    },
    (ctx, { body, headers }) => apiSignIn(ctx, { ...body, userAgent: headers['user-agent'] ?? '' }),
  ),
})
