'use server'

import { refresh } from 'next/cache'
import { MePatch, updateMe } from '#lib/people/users/update-me.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

export const saveProfileAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: MePatch },
  async (ctx, input) => {
    await updateMe(ctx, input)
    refresh()
    return { message: 'Your profile is saved.' }
  },
)
