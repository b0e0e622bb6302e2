'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { signInOperator } from '#lib/access/operators/sign-in-operator.ts'
import { secret } from '#lib/core/input/secret.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'
import { keepOperatorToken } from '#lib/web/sessions/operator.ts'
import { userAgent } from '#lib/web/sessions/request-facts.ts'

const Credentials = z.object({
  email: z.string('Enter your email.').trim().min(1, 'Enter your email.').max(254, 'This email is too long.'),
  password: secret(
    z
      .string('Enter your password.')
      .min(1, 'Enter your password.')
      .max(128, 'A password has at most 128 characters.'),
  ),
})

export const signInOperatorAction = defineAction(
  { area: 'site', permission: 'public', schema: Credentials },
  async (ctx, input) => {
    await keepOperatorToken(await signInOperator(ctx, { ...input, userAgent: await userAgent() }))
    redirect('/dashboard')
  },
)
