import { and, eq, gt, isNull } from 'drizzle-orm'
import { accessTokens, users } from '#db/schema/users.ts'
import { self } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'

/**
 * Locks the customer's row, as the first lock of the open transaction, and checks that the calling session is still alive: a
 * reset or ban that ended it meanwhile takes precedence. Returns the user's present epoch, to compare with what was checked
 * before the lock.
 * @throws INVALID_TOKEN
 */
export async function lockOwnCredentials(ctx: Authorized<'me:write'>): Promise<{ signInEpoch: number }> {
  const { userId, tokenId } = self(ctx)
  const [user] = await ctx.db
    .select({ signInEpoch: users.signInEpoch })
    .from(users)
    .where(and(eq(users.accountId, ctx.accountId), eq(users.id, userId), isNull(users.bannedAt)))
    .for('no key update')
  // A separate statement: the one that waited for the lock still sees the old sessions.
  const [session] = await ctx.db
    .select({ id: accessTokens.id })
    .from(accessTokens)
    .where(
      and(
        eq(accessTokens.accountId, ctx.accountId),
        eq(accessTokens.id, tokenId),
        eq(accessTokens.userId, userId),
        isNull(accessTokens.revokedAt),
        gt(accessTokens.expiresAt, ctx.clock.now()),
      ),
    )
  if (!user || !session) throw new AppError('INVALID_TOKEN', 'This session has ended. Please sign in again.')
  return user
}
