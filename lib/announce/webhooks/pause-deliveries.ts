import { and, eq, isNotNull } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Ctx } from '#lib/core/context.ts'

/** Holds the pending deliveries of a webhook that is switched off or suspended. They stay in the log and can be replayed. */
export async function pauseDeliveries(ctx: Ctx, webhookId: string): Promise<void> {
  await ctx.db
    .update(webhookDeliveries)
    .set({ nextAttemptAt: null, updatedAt: ctx.clock.now() })
    .where(
      and(
        eq(webhookDeliveries.accountId, ctx.accountId),
        eq(webhookDeliveries.webhookId, webhookId),
        isNotNull(webhookDeliveries.nextAttemptAt),
      ),
    )
}
