import { and, eq, isNotNull, isNull, lt } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'

/** Empties settled deliveries, and deletes them later. */
export async function purgeDeliveries(
  ctx: Authorized<'system:work'>,
  { contentBefore, rowsBefore }: { contentBefore: Date; rowsBefore: Date },
): Promise<void> {
  const settled = (before: Date) =>
    and(
      eq(webhookDeliveries.accountId, ctx.accountId),
      isNull(webhookDeliveries.nextAttemptAt),
      lt(webhookDeliveries.createdAt, before),
    )
  await ctx.db
    .update(webhookDeliveries)
    .set({ sealedPayload: null })
    .where(and(settled(contentBefore), isNotNull(webhookDeliveries.sealedPayload)))
  await ctx.db.delete(webhookDeliveries).where(settled(rowsBefore))
}
