import { describeAccount, PublicKeysDto } from '#lib/vendor/signing/describe-account.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Products and the keys that sign their activation tokens',
      permission: 'public',
      response: PublicKeysDto,
      status: 200,
    },
    (ctx) => describeAccount(ctx),
  ),
})
