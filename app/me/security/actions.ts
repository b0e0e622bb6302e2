'use server'

import { refresh } from 'next/cache'
import { z } from 'zod'
import { revokeMySession } from '#lib/access/tokens/revoke-my-session.ts'
import { revokeOtherSessions } from '#lib/access/tokens/revoke-other-sessions.ts'
import { changeMyPassword, PasswordChange } from '#lib/people/passwords/change-my-password.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

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
