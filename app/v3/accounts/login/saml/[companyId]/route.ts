import { z } from 'zod'
import { refuseSingleSignOn } from '#lib/vendor/accounts/refuse-single-sign-on.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Start signing in with SAML: not enabled here',
      permission: 'public',
      params: z.object({ companyId: z.string() }),
      status: 204,
      errors: ['SAML_SSO_NOT_ENABLED'],
    },
    () => refuseSingleSignOn('SAML_SSO_NOT_ENABLED'),
  ),
})
