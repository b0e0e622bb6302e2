import { z } from 'zod'
import { id } from '#lib/core/input/fields.ts'
import { AccountDto } from '#lib/vendor/accounts/account-dto.ts'
import { UpdateAccountInput } from '#lib/vendor/accounts/account-input.ts'
import { getAccount } from '#lib/vendor/accounts/get-account.ts'
import { updateAccount } from '#lib/vendor/accounts/update-account.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

const params = z.object({ id: id() })

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    {
      summary: 'Get the own account',
      permission: 'account:read',
      params,
      response: AccountDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params }) => getAccount(ctx, params.id),
  ),
  PATCH: defineRoute(
    {
      summary: 'Change the own account',
      description: 'What is null or empty goes back to its default; what is left out stays.',
      permission: 'account:write',
      params,
      body: UpdateAccountInput,
      response: AccountDto,
      status: 200,
      errors: ['NOT_FOUND'],
    },
    (ctx, { params, body }) => updateAccount(ctx, params.id, body),
  ),
})
