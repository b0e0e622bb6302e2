'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { defineAction } from '#lib/forms/define-action.ts'
import { revokeMySession } from '#lib/tokens/revoke-my-session.ts'
import { revokeOtherSessions } from '#lib/tokens/revoke-other-sessions.ts'
import { changeMyPassword, PasswordChange } from '#lib/users/change-my-password.ts'

export const endSessionAction = defineAction(
  {
    area: 'customer',
    permission: 'me:write',
    schema: z.object({ session: z.uuid().or(z.literal('others')) }),
  },
  async (ctx, { session }) => {
    if (session === 'others') await revokeOtherSessions(ctx)
    else await revokeMySession(ctx, { id: session })
    refresh()
    return {
      message: session === 'others' ? 'You are signed out everywhere else.' : 'You are signed out there.',
    }
  },
)

export const changePasswordAction = defineAction(
  {
    area: 'customer',
    permission: 'me:write',
    schema: PasswordChange,
  },
  async (ctx, input) => {
    await changeMyPassword(ctx, input)
    refresh()
    return { message: 'Your password is changed, and you are signed out everywhere else.' }
  },
)
