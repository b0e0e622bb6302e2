'use server'

import { redirect } from 'next/navigation'
import { id } from '#lib/core/input/fields.ts'
import { ResetPasswordInput, resetPassword } from '#lib/people/passwords/reset-password.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

export const resetPasswordAction = defineAction(
  {
    area: 'site',
    permission: 'public',
    schema: ResetPasswordInput.extend({ user: id() }),
  },
  async (ctx, { user, ...input }) => {
    await resetPassword(ctx, { ...input, id: user })
    redirect('/login?reset=done')
  },
)
