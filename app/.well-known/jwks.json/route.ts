import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { JwksDto, listPublicKeys } from '#lib/signing/list-public-keys.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    { summary: 'Public signing keys (JWKS)', permission: 'public', response: JwksDto, status: 200 },
    (ctx) => listPublicKeys(ctx),
  ),
})
