import { and, eq, sql } from 'drizzle-orm'
import { users } from '#db/schema/users.ts'
import { forgetPlaces } from '#lib/access/throttle/known-place.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { queueSecurityNotice } from '../users/queue-security-notice.ts'
import { endPasswordResets } from './password-resets.ts'

/** Stores a new hash and the fact, and tells the user of it, in the transaction that is open. */
export async function setPassword(
  ctx: Ctx,
  userId: string,
  passwordHash: string,
  how: 'password-changed' | 'password-reset' = 'password-changed',
): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db
    .update(users)
    // Ends sign-ins under way with the old password, also if sessions may stay.
    .set({
      passwordHash,
      passwordChangedAt: now,
      signInEpoch: sql`${users.signInEpoch} + 1`,
      updatedAt: now,
    })
    .where(and(eq(users.accountId, ctx.accountId), eq(users.id, userId)))
  await endPasswordResets(ctx, userId)
  // Somebody else may have signed in elsewhere with the old password.
  const { actor } = ctx
  const isOwn = actor.kind === 'customer' && actor.userId === userId
  await forgetPlaces(ctx, { userId }, isOwn ? 'elsewhere' : 'all')
  await queueSecurityNotice(ctx, userId, how)
  recordEvent(ctx, { event: 'user.password-changed', resource: 'user', resourceId: userId, userId })
}
