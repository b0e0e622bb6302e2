import { AuthenticatorDto, startAuthenticator } from '#lib/people/second-factors/start-authenticator.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Get a secret for an authenticator application',
      description:
        'The second factor is switched on by PATCH /v3/me with twoFactorEnabled and a first twoFactorCode. Needs a sign-in that is at most ten minutes old.',
      permission: 'me:write',
      response: AuthenticatorDto,
      status: 200,
      secretAnswer: true,
      errors: ['STEP_UP_REQUIRED', 'CONFLICT'],
    },
    (ctx) => startAuthenticator(ctx),
  ),
})
