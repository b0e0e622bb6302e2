import { AccountDto } from '#lib/vendor/accounts/account-dto.ts'
import { refuseAccountCreation } from '#lib/vendor/accounts/refuse-account-change.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Register a vendor: closed here',
      description: 'Always 403: whoever runs the installation makes its accounts, on the command line.',
      permission: 'public',
      response: AccountDto,
      status: 201,
      errors: ['ACCOUNT_MANAGED_BY_INSTALLATION'],
    },
    (ctx) => refuseAccountCreation(ctx),
  ),
})
