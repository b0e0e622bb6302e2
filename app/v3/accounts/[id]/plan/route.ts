import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { AccountDto } from '#lib/vendor/accounts/account-dto.ts'
import { refuseAccountChange } from '#lib/vendor/accounts/refuse-account-change.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  PUT: defineRoute(
    {
      summary: 'Change the plan of the own account: closed here',
      description: 'Always 403: accounts of this installation are active and have no plan.',
      permission: 'account:write',
      params: z.object({ id: id() }),
      body: z.looseObject({}),
      response: AccountDto,
      status: 200,
      errors: ['NOT_FOUND', 'ACCOUNT_MANAGED_BY_INSTALLATION'],
    },
    (ctx, { params }) => refuseAccountChange(ctx, params.id),
  ),
})
