'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { defineAction } from '#lib/forms/define-action.ts'
import { signOutOperator } from '#lib/operators/sign-out-operator.ts'
import { forgetOperatorToken } from '#lib/session/operator.ts'

export const signOutAction = defineAction(
  { area: 'operator', permission: 'public', schema: z.object({}) },
  async (ctx) => {
    await signOutOperator(ctx)
    await forgetOperatorToken()
    redirect('/dashboard/login?notice=signed-out')
  },
)
