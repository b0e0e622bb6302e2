import { and, eq, isNull } from 'drizzle-orm'
import { userIdentifiers } from '#db/schema/users.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'

/**
 * Records, in the open transaction, that somebody proved to read the user's present address. The first proof's time stays.
 * Another address begins unproved.
 */
export async function proveEmail(ctx: Ctx, userId: string): Promise<void> {
  const proved = await ctx.db
    .update(userIdentifiers)
    .set({ verifiedAt: ctx.clock.now() })
    .where(
      and(
        eq(userIdentifiers.accountId, ctx.accountId),
        eq(userIdentifiers.userId, userId),
        eq(userIdentifiers.kind, 'email'),
        eq(userIdentifiers.isPrimary, true),
        isNull(userIdentifiers.verifiedAt),
      ),
    )
    .returning({ id: userIdentifiers.id })
  if (proved.length === 0) return
  recordEvent(ctx, { event: 'user.email-proved', resource: 'user', resourceId: userId, userId })
}
