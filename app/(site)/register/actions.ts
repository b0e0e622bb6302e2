'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { defineAction } from '#lib/forms/define-action.ts'
import { safeReturnTo } from '#lib/session/return-to.ts'
import { startCustomerSession } from '#lib/session/start-customer-session.ts'
import { Registration, registerUser } from '#lib/users/register-user.ts'

export const registerAction = defineAction(
  {
    area: 'site',
    permission: 'public',
    schema: Registration.extend({ returnTo: z.string().optional() }),
  },
  async (ctx, input) => {
    await startCustomerSession(ctx, await registerUser(ctx, input))
    redirect(safeReturnTo(input.returnTo))
  },
)
