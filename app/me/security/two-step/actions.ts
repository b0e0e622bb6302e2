'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { passwordInput } from '#lib/access/passwords/password-policy.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { makeRecoveryCodes } from '#lib/people/second-factors/make-recovery-codes.ts'
import { turnOffSecondFactor, turnOnSecondFactor } from '#lib/people/second-factors/set-second-factor.ts'
import { SecondFactor } from '#lib/people/second-factors/spend-second-factor.ts'
import { startAuthenticator } from '#lib/people/second-factors/start-authenticator.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'

const PAGE = '/me/security/two-step'

export const startAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: z.object({}) },
  async (ctx) => {
    await startAuthenticator(ctx)
    redirect(PAGE)
  },
)

export const turnOnAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: SecondFactor },
  async (ctx, input) => {
    await turnOnSecondFactor(ctx, input)
    redirect(`${PAGE}?done=on`)
  },
)

export const makeCodesAction = defineAction(
  { area: 'customer', permission: 'me:write', schema: z.object({}) },
  async (ctx) => {
    const { recoveryCodes } = await makeRecoveryCodes(ctx)
    return { message: 'These are your recovery codes.', data: { recoveryCodes } }
  },
)

export const turnOffAction = defineAction(
  {
    area: 'customer',
    permission: 'me:write',
    schema: SecondFactor.extend({ password: optionalField(passwordInput()) }),
  },
  async (ctx, input) => {
    await turnOffSecondFactor(ctx, input)
    redirect(`${PAGE}?done=off`)
  },
)
