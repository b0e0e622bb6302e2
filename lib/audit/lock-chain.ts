import { eq } from 'drizzle-orm'
import { eventLogHeads } from '#db/schema/audit.ts'
import type { Ctx } from '#lib/core/context.ts'

/**
 * Takes the lock of the account's chain now instead of at the end of the open transaction. For verbs that lock rows which
 * recording an event also locks (a webhook, an automated mail). Everybody locks the chain first, so that there is no deadlock.
 */
export async function lockChain(ctx: Ctx): Promise<void> {
  await ctx.db
    .select({ seq: eventLogHeads.seq })
    .from(eventLogHeads)
    .where(eq(eventLogHeads.accountId, ctx.accountId))
    .for('update')
}
