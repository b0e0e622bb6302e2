import { z } from 'zod'
import { refuseSingleSignOn } from '#lib/vendor/accounts/refuse-single-sign-on.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Sign in with OpenID Connect: not enabled here',
      permission: 'public',
      body: z.looseObject({}),
      response: z.object({ accessToken: z.string() }),
      status: 200,
      errors: ['OIDC_SSO_NOT_ENABLED'],
    },
    () => refuseSingleSignOn('OIDC_SSO_NOT_ENABLED'),
  ),
})
