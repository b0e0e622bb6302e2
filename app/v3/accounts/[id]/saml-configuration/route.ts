import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { refuseSamlConfiguration } from '#lib/vendor/accounts/refuse-single-sign-on.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Configure single sign-on with SAML: not enabled here',
      permission: 'account:write',
      params: z.object({ id: id() }),
      body: z.looseObject({}),
      status: 201,
      errors: ['NOT_FOUND', 'SAML_SSO_NOT_ENABLED'],
    },
    (ctx, { params }) => refuseSamlConfiguration(ctx, params.id),
  ),
})
