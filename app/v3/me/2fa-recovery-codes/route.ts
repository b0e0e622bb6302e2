import { makeRecoveryCodes, RecoveryCodesDto } from '#lib/people/second-factors/make-recovery-codes.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'

export const { GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS } = methods({
  POST: defineRoute(
    {
      summary: 'Make ten recovery codes',
      description:
        'Each signs in once in place of a code of the authenticator application. The set before them dies. Needs a sign-in that is at most ten minutes old.',
      permission: 'me:write',
      response: RecoveryCodesDto,
      status: 200,
      secretAnswer: true,
      errors: ['STEP_UP_REQUIRED'],
    },
    (ctx) => makeRecoveryCodes(ctx),
  ),
})
