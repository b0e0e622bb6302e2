'use server'

import { ResetRequest, requestPasswordReset } from '#lib/people/passwords/request-password-reset.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

export const requestResetAction = defineAction(
  { area: 'site', permission: 'public', schema: ResetRequest },
  async (ctx, input) => {
    await requestPasswordReset(ctx, input)
    return {
      message:
        'If somebody has an account with this address, a mail is on its way to it. Its link works for one hour.',
    }
  },
)
