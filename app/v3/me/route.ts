import { getMe } from '#lib/people/users/get-me.ts'
import { MePatch, updateMe } from '#lib/people/users/update-me.ts'
import { MeDto } from '#lib/people/users/user-dto.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  GET: defineRoute(
    { summary: 'Get the signed-in user', permission: 'me:read', response: MeDto, status: 200 },
    (ctx) => getMe(ctx),
  ),
  PATCH: defineRoute(
    {
      summary: 'Update the signed-in user',
      description:
        'Another email address needs a sign-in that is at most ten minutes old. twoFactorEnabled switches the second factor on (after POST /v3/me/2fa-secret) or off, with a twoFactorCode.',
      permission: 'me:write',
      body: MePatch,
      response: MeDto,
      status: 200,
      errors: [
        'EMAIL_TAKEN',
        'STEP_UP_REQUIRED',
        'MISSING_TWO_FACTOR_CODE',
        'INVALID_TWO_FACTOR_CODE',
        'CONFLICT',
      ],
    },
    (ctx, { body }) => updateMe(ctx, body),
  ),
})
