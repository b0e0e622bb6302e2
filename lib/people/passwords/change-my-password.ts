import { z } from 'zod'
import { self } from '#lib/access/calling-customer.ts'
import { checkNewPassword, passwordInput } from '#lib/access/passwords/password-policy.ts'
import { passwordRules } from '#lib/access/passwords/password-rules.ts'
import { findUserPlace } from '#lib/access/throttle/known-place.ts'
import { throttleSignIn } from '#lib/access/throttle/sign-in.ts'
import { revokeSessions } from '#lib/access/tokens/revoke-sessions.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { hashPassword, verifyPassword } from '#lib/core/crypto/password.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { lockOwnCredentials } from '../sign-in/own-credentials.ts'
import { findUser } from '../users/find-user.ts'
import { setPassword } from './set-password.ts'

export const PasswordChange = z.object({ oldPassword: passwordInput(), newPassword: passwordInput() })

/**
 * Changes the signed-in customer's password and signs them out everywhere else. A reset or change that was faster stays.
 * @throws AUTHENTICATION_FAILED when the old one is wrong, INVALID_TOKEN when the session has ended, INVALID_INPUT for a weak
 *   new one, RATE_LIMITED
 */
export async function changeMyPassword(
  ctx: Authorized<'me:write'>,
  input: z.output<typeof PasswordChange>,
): Promise<void> {
  const { userId, tokenId } = self(ctx)
  const place = await findUserPlace(ctx, userId)
  await throttleSignIn(ctx, { area: 'user', identifier: `password of ${userId}`, place })
  const user = await findUser(ctx.db, ctx.accountId, userId)
  if (!user) throw notFound('user')
  if (!(await verifyPassword(user.passwordHash, input.oldPassword))) throw wrongPassword()
  const person = [user.email, user.firstName, user.lastName, user.company]
  checkNewPassword(input.newPassword, await passwordRules(ctx.db, ctx.accountId, person), 'newPassword')
  const passwordHash = await hashPassword(input.newPassword)
  await inTransaction(ctx, async (tx) => {
    const { signInEpoch } = await lockOwnCredentials(tx)
    // The password may have changed since it was compared.
    if (signInEpoch !== user.signInEpoch) throw wrongPassword()
    await setPassword(tx, userId, passwordHash)
    await revokeSessions(tx, userId, { except: tokenId })
  })
}

function wrongPassword(): AppError {
  return new AppError('AUTHENTICATION_FAILED', 'oldPassword: the present password is not right', {
    fields: { oldPassword: 'the present password is not right' },
  })
}
