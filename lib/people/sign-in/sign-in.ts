import type { z } from 'zod'
import type { Authorized } from '#lib/core/authorize.ts'
import type { SecondFactor } from '../second-factors/spend-second-factor.ts'
import { type Credentials, checkPassword } from './check-password.ts'
import { finishSignIn } from './finish-sign-in.ts'

/**
 * Proves a customer in one step: by password, and by a code where their second factor is on.
 * @throws AUTHENTICATION_FAILED, MISSING_TWO_FACTOR_CODE, INVALID_TWO_FACTOR_CODE, RATE_LIMITED, ACCOUNT_LOGIN_TEMPORARILY_LOCKED
 */
export async function signIn(
  ctx: Authorized<'public'>,
  input: z.output<typeof Credentials> & SecondFactor,
  within?: Parameters<typeof finishSignIn>[3],
): Promise<{ userId: string }> {
  const { userId } = await finishSignIn(ctx, await checkPassword(ctx, input), input, within)
  return { userId }
}
