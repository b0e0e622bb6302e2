import { and, eq } from 'drizzle-orm'
import { users } from '#db/schema/users.ts'
import { recordEvent } from '../audit/in-transaction.ts'
import type { Ctx } from '../context.ts'
import { endPasswordResets } from './end-password-resets.ts'

/** Stores a new hash and the fact, in the transaction that is open. */
export async function setPassword(ctx: Ctx, userId: string, passwordHash: string): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db
    .update(users)
    .set({ passwordHash, passwordChangedAt: now, updatedAt: now })
    .where(and(eq(users.accountId, ctx.accountId), eq(users.id, userId)))
  await endPasswordResets(ctx, userId)
  recordEvent(ctx, { event: 'user.password-changed', resource: 'user', resourceId: userId, userId })
}
