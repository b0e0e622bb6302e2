import { z } from 'zod'
import { AccountDto } from '#lib/accounts/account-dto.ts'
import { refuseAccountChange } from '#lib/accounts/refuse-account-change.ts'
import { defineRoute } from '#lib/http/define-route.ts'
import { id } from '#lib/http/fields.ts'
import { methods } from '#lib/http/methods.ts'

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
