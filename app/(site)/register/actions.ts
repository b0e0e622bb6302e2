'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { Registration, registerUser } from '#lib/people/users/register-user.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'
import { safeReturnTo } from '#lib/web/sessions/return-to.ts'
import { startCustomerSession } from '#lib/web/sessions/start-customer-session.ts'

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
