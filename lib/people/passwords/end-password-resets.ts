import { and, eq } from 'drizzle-orm'
import { passwordResets } from '#db/schema/second-factors.ts'
import type { Ctx } from '#lib/core/context.ts'

/** Every way to a new password that the user was given dies, in the transaction that is open. */
export async function endPasswordResets(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db
    .delete(passwordResets)
    .where(and(eq(passwordResets.accountId, ctx.accountId), eq(passwordResets.userId, userId)))
}
