import { and, eq, isNull, ne, sql } from 'drizzle-orm'
import { accessTokens, users } from '#db/schema/users.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'

/**
 * Ends a user's sessions in the transaction that is open: one, all but one, or all. They stop at their next request. Unless it
 * is one alone, whatever is about to become a session ends, too: sign-ins under way and their tickets. Returns how many
 * sessions were alive.
 */
export async function revokeSessions(
  ctx: Ctx,
  userId: string,
  which: { only: string } | { except: string } | 'all',
): Promise<number> {
  if (which === 'all' || 'except' in which) {
    // This comes first because of its lock: a session that begins now is either found below or sees the new number.
    await ctx.db
      .update(users)
      .set({ signInEpoch: sql`${users.signInEpoch} + 1` })
      .where(and(eq(users.accountId, ctx.accountId), eq(users.id, userId)))
  }
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
