'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { AppError } from '#lib/errors.ts'
import { defineAction } from '#lib/forms/define-action.ts'
import { safeReturnTo } from '#lib/session/return-to.ts'
import { startCustomerSession } from '#lib/session/start-customer-session.ts'
import { Credentials, signIn } from '#lib/users/sign-in.ts'

/** A lock is answered like a wrong password: whoever guesses learns nothing from it. */
function alikeForGuessers(error: unknown): never {
  if (error instanceof AppError && error.code === 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED') {
    throw new AppError('AUTHENTICATION_FAILED', 'The email address or the password is not right.')
  }
  throw error
}

export const signInAction = defineAction(
  {
    area: 'site',
    permission: 'public',
    schema: Credentials.extend({ returnTo: z.string().optional() }),
    secrets: ['password'],
  },
  async (ctx, input) => {
    const { userId } = await signIn(ctx, input).catch(alikeForGuessers)
    await startCustomerSession(ctx, userId)
    redirect(safeReturnTo(input.returnTo))
  },
)
