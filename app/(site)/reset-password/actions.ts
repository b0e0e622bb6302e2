'use server'

import { redirect } from 'next/navigation'
import { defineAction } from '#lib/forms/define-action.ts'
import { id } from '#lib/http/fields.ts'
import { PasswordReset, resetPassword } from '#lib/users/reset-password.ts'

export const resetPasswordAction = defineAction(
  {
    area: 'site',
    permission: 'public',
    schema: PasswordReset.extend({ user: id() }),
  },
  async (ctx, { user, ...input }) => {
    await resetPassword(ctx, { ...input, id: user })
    redirect('/login?reset=done')
  },
)
