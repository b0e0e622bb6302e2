import { eq, isNull } from 'drizzle-orm'
import { z } from 'zod'
import { accounts } from '#db/schema/accounts.ts'
import { userTotpSecrets } from '#db/schema/second-factors.ts'
import { self } from '#lib/access/calling-customer.ts'
import { requireFreshSignIn } from '#lib/access/step-up.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { lockOwnCredentials } from '../sign-in/own-credentials.ts'
import { findUser } from '../users/find-user.ts'
import { newTotpSecret, totpUrl } from './totp.ts'

/** The data for setting up an authenticator application (contract §1.3). */
export const AuthenticatorDto = z
  .object({
    email: z.string(),
    url: z.string().meta({ description: 'otpauth address, for a picture that an application reads.' }),
  })
  .meta({ id: 'TwoFactorSecret' })
export type AuthenticatorDto = z.output<typeof AuthenticatorDto>

/**
 * A fresh secret for the customer's authenticator application. It has no effect until its first code switches the second factor
 * on. A repeated call replaces it.
 * @throws STEP_UP_REQUIRED, INVALID_TOKEN when the session ended meanwhile, CONFLICT while the second factor is on
 */
export async function startAuthenticator(ctx: Authorized<'me:write'>): Promise<AuthenticatorDto> {
  const { userId } = self(ctx)
  requireFreshSignIn(ctx)
  return inTransaction(ctx, async (tx) => {
    await lockOwnCredentials(tx)
    const user = await findUser(tx.db, tx.accountId, userId)
    if (!user) throw notFound('user')
    const secret = newTotpSecret()
    const fresh = { sealedSecret: seal('totp', secret, userId), createdAt: tx.clock.now() }
    const stored = await tx.db
      .insert(userTotpSecrets)
      .values({ accountId: tx.accountId, userId, ...fresh })
      .onConflictDoUpdate({
        target: [userTotpSecrets.accountId, userTotpSecrets.userId],
        set: { ...fresh, lastStep: null },
        setWhere: isNull(userTotpSecrets.enabledAt),
      })
      .returning({ userId: userTotpSecrets.userId })
    if (stored.length === 0) {
      throw new AppError('CONFLICT', 'The second factor is on. Turn it off before you set up another one.')
    }
    recordEvent(tx, { event: 'user.authenticator-started', resource: 'user', resourceId: userId, userId })
    const [account] = await tx.db
      .select({ name: accounts.name })
      .from(accounts)
      .where(eq(accounts.id, tx.accountId))
    const email = user.email ?? ''
    return { email, url: totpUrl({ issuer: account?.name ?? 'Latchkey', label: email, secret }) }
  })
}
