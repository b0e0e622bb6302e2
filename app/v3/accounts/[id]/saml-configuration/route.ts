import { z } from 'zod'
import { refuseSamlConfiguration } from '#lib/accounts/refuse-single-sign-on.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'

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
