import { and, asc, eq, inArray, lte, sql } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'

/** More than that is for the next minute. */
const BATCH = 500

/** Records `trial-activation.expired` once for every end of a trial that has passed. Gives how many. */
export function recordTrialExpiry(ctx: Authorized<'system:work'>): Promise<number> {
  return inTransaction(ctx, async (tx) => {
    const due = await tx.db
      .select({
        id: trialActivations.id,
        productId: trialActivations.productId,
        expiresAt: trialActivations.expiresAt,
      })
      .from(trialActivations)
      .where(
        and(
          eq(trialActivations.accountId, tx.accountId),
          lte(trialActivations.expiresAt, tx.clock.now()),
          sql`${trialActivations.expiredEventFor} is distinct from ${trialActivations.expiresAt}`,
        ),
      )
      .orderBy(asc(trialActivations.expiresAt))
      .limit(BATCH)
      .for('update', { skipLocked: true })
    if (due.length === 0) return 0
    await tx.db
      .update(trialActivations)
      .set({ expiredEventFor: sql`${trialActivations.expiresAt}` })
      .where(
        and(
          eq(trialActivations.accountId, tx.accountId),
          inArray(
            trialActivations.id,
            due.map(({ id }) => id),
          ),
        ),
      )
    for (const { id, productId, expiresAt } of due) {
      recordEvent(tx, {
        event: 'trial-activation.expired',
        resource: 'trial-activation',
        resourceId: id,
        changes: { productId, expiresAt: expiresAt.toISOString() },
      })
    }
    return due.length
  })
}
