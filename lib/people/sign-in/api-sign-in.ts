import { z } from 'zod'
import { issueAccessToken } from '#lib/access/tokens/issue-access-token.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { requireNamedAccount } from '#lib/vendor/accounts/resolve-account.ts'
import { SecondFactor } from '../second-factors/spend-second-factor.ts'
import { Credentials } from './check-password.ts'
import { signIn } from './sign-in.ts'

/** An account's name; clients send it empty when they know none. */
const hint = z.string().max(200).nullable().optional()

/** Body of `POST /v3/accounts/login` (contract §1.2). */
export const ApiCredentials = Credentials.extend({
  accountId: hint,
  accountAlias: hint,
  /** Older clients' word for the alias. */
  companyId: hint,
  ...SecondFactor.shape,
})

/**
 * Signs a user in over the API: a token and the user's id, nothing else (RH-07). Every limit on attempts answers
 * ACCOUNT_LOGIN_TEMPORARILY_LOCKED, the contract's code: its clients show that to a person, but silently repeat a RATE_LIMITED
 * call.
 * @throws ACCOUNT_REQUIRED, INVALID_ACCOUNT_ID, AUTHENTICATION_FAILED, MISSING_TWO_FACTOR_CODE, INVALID_TWO_FACTOR_CODE,
 *   ACCOUNT_LOGIN_TEMPORARILY_LOCKED
 */
export async function apiSignIn(
  ctx: Authorized<'public'>,
  input: z.output<typeof ApiCredentials> & { userAgent: string },
): Promise<{ accessToken: string; userId: string }> {
  const accountId = await requireNamedAccount({
    accountId: input.accountId,
    accountAlias: input.accountAlias || input.companyId,
  })
  const inAccount = { ...ctx, accountId }
  let accessToken = ''
  const { userId } = await signIn(inAccount, input, async (tx, proven) => {
    accessToken = (await issueAccessToken(tx, { ...proven, kind: 'api', userAgent: input.userAgent })).token
  }).catch((error: unknown) => {
    throw lockedInstead(error)
  })
  return { accessToken, userId }
}

function lockedInstead(error: unknown): unknown {
  if (!(error instanceof AppError) || error.code !== 'RATE_LIMITED') return error
  return new AppError(
    'ACCOUNT_LOGIN_TEMPORARILY_LOCKED',
    'Signing in is locked for a while after too many failed attempts.',
    { ...(error.retryAfterSeconds && { retryAfterSeconds: error.retryAfterSeconds }), cause: error },
  )
}
