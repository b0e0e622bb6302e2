import { JwksDto, listPublicKeys } from '#lib/vendor/signing/list-public-keys.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    { summary: 'Public signing keys (JWKS)', permission: 'public', response: JwksDto, status: 200 },
    (ctx) => listPublicKeys(ctx),
  ),
})
