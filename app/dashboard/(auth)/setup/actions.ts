'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { createFirstOperator } from '#lib/access/operators/create-first-operator.ts'
import { passwordInput } from '#lib/access/passwords/password-policy.ts'
import { NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { secret } from '#lib/core/input/secret.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const FirstOperator = z.object({
  token: secret(z.string().max(200)),
  name: text(NAME_LENGTH, 1),
  email: z.string('an email address is expected').max(1000),
  password: passwordInput(),
})

export const createFirstOperatorAction = defineAction(
  { area: 'site', permission: 'public', schema: FirstOperator },
  async (ctx, input) => {
    await createFirstOperator(ctx, input)
    redirect('/dashboard/login?notice=created')
  },
)
