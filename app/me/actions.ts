'use server'

import { refresh } from 'next/cache'
import { defineAction } from '#lib/forms/define-action.ts'
import { MePatch, updateMe } from '#lib/users/update-me.ts'

export const saveProfileAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: MePatch },
  async (ctx, input) => {
    await updateMe(ctx, input)
    refresh()
    return { message: 'Your profile is saved.' }
  },
)
