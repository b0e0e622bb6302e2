import { and, eq, isNull } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { userRecoveryCodes, userTotpSecrets } from '#db/schema/second-factors.ts'
import { self } from '#lib/access/calling-customer.ts'
import { requireFreshSignIn } from '#lib/access/step-up.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { tryOpen } from '#lib/core/crypto/seal.ts'
import { notFound } from '#lib/core/errors.ts'
import { findUser } from '../users/find-user.ts'
import { totpUrl } from './totp.ts'

/** The state of the customer's second factor. */
export interface MySecondFactor {
  enabled: boolean
  /** A secret that waits for its first code. It is shown until then, because applications read it from the screen. */
  waiting: { url: string; secret: string } | null
  /** Recovery codes that are not used yet. */
  recoveryCodesLeft: number
}

/**
 * The customer's second factor, with the secret while it is being set up.
 * @throws STEP_UP_REQUIRED
 */
export async function mySecondFactor(ctx: Authorized<'me:write'>): Promise<MySecondFactor> {
  requireFreshSignIn(ctx)
  const { userId } = self(ctx)
  const [row] = await ctx.db
    .select({ sealed: userTotpSecrets.sealedSecret, enabledAt: userTotpSecrets.enabledAt })
    .from(userTotpSecrets)
    .where(and(eq(userTotpSecrets.accountId, ctx.accountId), eq(userTotpSecrets.userId, userId)))
  const recoveryCodesLeft = await ctx.db.$count(
    userRecoveryCodes,
    and(
      eq(userRecoveryCodes.accountId, ctx.accountId),
      eq(userRecoveryCodes.userId, userId),
      isNull(userRecoveryCodes.usedAt),
    ),
  )
  const enabled = Boolean(row?.enabledAt)
  // A secret that cannot be read is treated as missing: setting up begins anew.
  const secret = row && !enabled ? tryOpen('totp', row.sealed, userId) : undefined
  const waiting = secret === undefined ? null : await shown(ctx, userId, secret)
  return { enabled, waiting, recoveryCodesLeft }
}

async function shown(ctx: Authorized<'me:write'>, userId: string, secret: string) {
  const user = await findUser(ctx.db, ctx.accountId, userId)
  if (!user) throw notFound('user')
  const [account] = await ctx.db
    .select({ name: accounts.name })
    .from(accounts)
    .where(eq(accounts.id, ctx.accountId))
  const url = totpUrl({ issuer: account?.name ?? 'Latchkey', label: user.email ?? '', secret })
  return { url, secret }
}
