import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { describeAccount, PublicKeysDto } from '#lib/signing/describe-account.ts'

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
