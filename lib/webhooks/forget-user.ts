import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Ctx } from '../context.ts'

/**
 * Empties what deliveries still hold of a user who is erased, in the open transaction. What is on its way goes out first: its
 * receiver was promised every event.
 */
export async function forgetUserInDeliveries(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db
    .update(webhookDeliveries)
    .set({ sealedPayload: null, updatedAt: ctx.clock.now() })
    .where(
      and(
        eq(webhookDeliveries.accountId, ctx.accountId),
        eq(webhookDeliveries.userId, userId),
        isNull(webhookDeliveries.nextAttemptAt),
        isNotNull(webhookDeliveries.sealedPayload),
      ),
    )
}
