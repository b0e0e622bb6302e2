import { and, eq, isNull, ne } from 'drizzle-orm'
import { accessTokens } from '#db/schema/users.ts'
import { recordEvent } from '../audit/in-transaction.ts'
import type { Ctx } from '../context.ts'

/**
 * Ends a user's sessions in the transaction that is open: one, all but one, or all. They stop at their next request. Returns
 * how many were alive.
 */
export async function revokeSessions(
  ctx: Ctx,
  userId: string,
  which: { only: string } | { except: string } | 'all',
): Promise<number> {
  const revoked = await ctx.db
    .update(accessTokens)
    .set({ revokedAt: ctx.clock.now() })
    .where(
      and(
        eq(accessTokens.accountId, ctx.accountId),
        eq(accessTokens.userId, userId),
        isNull(accessTokens.revokedAt),
        which === 'all'
          ? undefined
          : 'only' in which
            ? eq(accessTokens.id, which.only)
            : ne(accessTokens.id, which.except),
      ),
    )
    .returning({ id: accessTokens.id })
  for (const { id } of revoked) {
    recordEvent(ctx, { event: 'session.revoked', resource: 'session', resourceId: id, userId })
  }
  return revoked.length
}
