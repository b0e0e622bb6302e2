import { and, eq, gt, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { passwordResets } from '#db/schema/second-factors.ts'
import { users } from '#db/schema/users.ts'
import { checkNewPassword, passwordInput } from '#lib/access/passwords/password-policy.ts'
import { passwordRules } from '#lib/access/passwords/password-rules.ts'
import { rememberAddress } from '#lib/access/throttle/known-place.ts'
import { revokeSessions } from '#lib/access/tokens/revoke-sessions.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { hashToken } from '#lib/core/crypto/token.ts'
import { AppError } from '#lib/core/errors.ts'
import { secret } from '#lib/core/input/secret.ts'
import { findUser } from '../users/find-user.ts'
import { proveEmail } from '../users/prove-email.ts'
import type { UserWithEmail } from '../users/user-dto.ts'
import { setPassword } from './set-password.ts'

/** Body of `POST /v3/users/{id}/reset-password`. */
export const ResetPasswordInput = z.object({
  token: secret(z.string('the token is expected').min(1, 'the token is required').max(500)),
  newPassword: passwordInput(),
})

/**
 * Sets a new password with a token that was mailed or made for the user. It works once, ends all sessions and all other reset
 * tokens, and leaves a second factor on. A mailed token proves the address it went to.
 * @throws INVALID_RESET_TOKEN, INVALID_INPUT for a weak password
 */
export async function resetPassword(
  ctx: Authorized<'public'>,
  input: { id: string } & z.output<typeof ResetPasswordInput>,
): Promise<void> {
  const user = await holderOf(ctx, input)
  const person = [user.email, user.firstName, user.lastName, user.company]
  checkNewPassword(input.newPassword, await passwordRules(ctx.db, ctx.accountId, person), 'newPassword')
  const passwordHash = await hashPassword(input.newPassword)
  await inTransaction(ctx, async (tx) => {
    // Locks the user first, as every other change of a password or address does.
    await tx.db
      .select({ id: users.id })
      .from(users)
      .where(and(eq(users.accountId, tx.accountId), eq(users.id, user.id)))
      .for('no key update')
    const used = await tx.db
      .update(passwordResets)
      .set({ consumedAt: tx.clock.now() })
      .where(alive(tx, input))
      .returning({ mailed: passwordResets.mailed })
    const [spent] = used
    if (!spent) throw invalidToken()
    // Banned or moved to another address while the password was hashed.
    await holderOf(tx, input, 'used')
    await setPassword(tx, user.id, passwordHash, 'password-reset')
    await revokeSessions(tx, user.id, 'all')
    if (spent.mailed) await proveEmail(tx, user.id)
    // The token's holder is the owner, so this place becomes a known one, whatever strangers try meanwhile.
    await rememberAddress(tx, { userId: user.id })
  })
}

/** Whether a page may show the form. It changes nothing, because mail programs open links, too. */
export async function isResetTokenUsable(
  ctx: Authorized<'public'>,
  input: { id: string; token: string },
): Promise<boolean> {
  const holder = await holderOf(ctx, input).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'INVALID_RESET_TOKEN') return undefined
    throw error
  })
  return holder !== undefined
}

interface Given {
  id: string
  token: string
}

/** The token's user, if token and user are both valid. */
async function holderOf(ctx: Ctx, given: Given, state: 'unused' | 'used' = 'unused'): Promise<UserWithEmail> {
  const [reset] = await ctx.db
    .select({ emailCanonical: passwordResets.emailCanonical })
    .from(passwordResets)
    .where(state === 'used' ? mine(ctx, given) : alive(ctx, given))
  const user = reset && (await findUser(ctx.db, ctx.accountId, given.id))
  if (!user?.email || user.bannedAt || canonicalEmail(user.email) !== reset?.emailCanonical)
    throw invalidToken()
  return user
}

function mine(ctx: Ctx, { id, token }: Given) {
  return and(
    eq(passwordResets.accountId, ctx.accountId),
    eq(passwordResets.userId, id),
    eq(passwordResets.tokenHash, hashToken(token.trim())),
  )
}

function alive(ctx: Ctx, given: Given) {
  return and(
    mine(ctx, given),
    isNull(passwordResets.consumedAt),
    gt(passwordResets.expiresAt, ctx.clock.now()),
  )
}

function invalidToken(): AppError {
  return new AppError('INVALID_RESET_TOKEN', 'This link is not valid any more. Please ask for a new one.')
}
