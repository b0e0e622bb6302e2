import { defineRoute } from '#lib/http/define-route.ts'
import { methods } from '#lib/http/methods.ts'
import { makeRecoveryCodes, RecoveryCodesDto } from '#lib/second-factors/make-recovery-codes.ts'

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
