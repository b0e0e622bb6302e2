import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { users } from '#db/schema/users.ts'
import { checkNewPassword, passwordInput } from '#lib/access/passwords/password-policy.ts'
import { passwordRules } from '#lib/access/passwords/password-rules.ts'
import { revokeSessions } from '#lib/access/tokens/revoke-sessions.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { hashPassword, verifyPassword } from '#lib/core/crypto/password.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { findUser } from '../users/find-user.ts'
import { requireMayTakeOver } from './require-may-take-over.ts'
import { setPassword } from './set-password.ts'

/** Body of `POST /v3/users/{id}/update-password`; who sends the old password wants it checked. */
export const UserPasswordUpdate = z.object({
  oldPassword: passwordInput().optional(),
  newPassword: passwordInput(),
})

/**
 * Gives a user a new password on behalf of a machine or an operator; all their sessions end.
 * @throws NOT_FOUND, FORBIDDEN (`requireMayTakeOver`), AUTHENTICATION_FAILED when an old password was sent and is wrong, INVALID_INPUT for a weak new one
 */
export async function updateUserPassword(
  ctx: Authorized<'user:write'>,
  input: { id: string } & z.output<typeof UserPasswordUpdate>,
): Promise<void> {
  const user = await findUser(ctx.db, ctx.accountId, input.id)
  if (!user) throw notFound('user')
  requireMayTakeOver(ctx, user)
  const { oldPassword } = input
  if (oldPassword !== undefined && !(await verifyPassword(user.passwordHash, oldPassword))) {
    throw wrongPassword()
  }
  const person = [user.email, user.firstName, user.lastName, user.company]
  checkNewPassword(input.newPassword, await passwordRules(ctx.db, ctx.accountId, person), 'newPassword')
  const passwordHash = await hashPassword(input.newPassword)
  await inTransaction(ctx, async (tx) => {
    const [now] = await tx.db
      .select({
        signInEpoch: users.signInEpoch,
        organizationId: users.organizationId,
        isOrganizationAdmin: users.isOrganizationAdmin,
        resellerId: users.resellerId,
        isResellerAdmin: users.isResellerAdmin,
      })
      .from(users)
      .where(and(eq(users.accountId, tx.accountId), eq(users.id, user.id)))
      .for('no key update')
    // They may have been made an administrator meanwhile.
    if (now) requireMayTakeOver(tx, now)
    // The password may have changed since it was compared.
    if (oldPassword !== undefined && now?.signInEpoch !== user.signInEpoch) throw wrongPassword()
    await setPassword(tx, user.id, passwordHash)
    await revokeSessions(tx, user.id, 'all')
  })
}

function wrongPassword(): AppError {
  return new AppError('AUTHENTICATION_FAILED', 'oldPassword: the present password is not right', {
    fields: { oldPassword: 'the present password is not right' },
  })
}
