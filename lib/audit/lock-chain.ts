import { eq } from 'drizzle-orm'
import { eventLogHeads } from '#db/schema/audit.ts'
import type { Ctx } from '#lib/core/context.ts'

/**
 * Takes the lock of the account's chain now instead of at the end of the open transaction. For verbs that lock rows which
 * recording an event also needs (a webhook, an automated mail): everybody takes the chain first, so that nobody waits in a
 * circle.
 */
export async function lockChain(ctx: Ctx): Promise<void> {
  await ctx.db
    .select({ seq: eventLogHeads.seq })
    .from(eventLogHeads)
    .where(eq(eventLogHeads.accountId, ctx.accountId))
    .for('update')
}
