'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { AppError } from '#lib/core/errors.ts'
import { SecondFactor } from '#lib/people/second-factors/spend-second-factor.ts'
import { Credentials, checkPassword } from '#lib/people/sign-in/check-password.ts'
import { finishSignIn } from '#lib/people/sign-in/finish-sign-in.ts'
import { defineAction } from '#lib/web/forms/define-action.ts'
import { safeReturnTo, withReturnTo } from '#lib/web/sessions/return-to.ts'
import { firstStep, forgetFirstStep, rememberFirstStep } from '#lib/web/sessions/second-step-cookie.ts'
import { startCustomerSession } from '#lib/web/sessions/start-customer-session.ts'

/** A lock is answered like a wrong password, so that a guesser learns nothing. */
function alikeForGuessers(error: unknown): never {
  if (error instanceof AppError && error.code === 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED') {
    throw new AppError('AUTHENTICATION_FAILED', 'The email address or the password is not right.')
  }
  throw error
}

const returnTo = z.string().optional()

export const signInAction = defineAction(
  {
    area: 'site',
    permission: 'public',
    schema: Credentials.extend({ returnTo }),
  },
  async (ctx, input) => {
    const proof = await checkPassword(ctx, input).catch(alikeForGuessers)
    if (proof.secondFactor) {
      await rememberFirstStep({ accountId: ctx.accountId, proof })
      redirect(withReturnTo('/login/code', safeReturnTo(input.returnTo, '') || undefined))
    }
    await startCustomerSession(ctx, await finishSignIn(ctx, proof, {}))
    redirect(safeReturnTo(input.returnTo))
  },
)

export const signInCodeAction = defineAction(
  {
    area: 'site',
    permission: 'public',
    schema: SecondFactor.extend({ returnTo }),
  },
  async (ctx, input) => {
    const proof = await firstStep(ctx.accountId)
    if (!proof) throw new AppError('AUTHENTICATION_FAILED', 'This took too long. Please sign in again.')
    await startCustomerSession(ctx, await finishSignIn(ctx, proof, input).catch(alikeForGuessers))
    await forgetFirstStep()
    redirect(safeReturnTo(input.returnTo))
  },
)
