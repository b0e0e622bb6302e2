import { and, eq } from 'drizzle-orm'
import { featureFlags } from '#db/schema/product-versions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { toFeatureFlagDto } from './feature-flag-dto.ts'
import { versionsWithFlag } from './versions-with-flag.ts'

/**
 * Deletes a feature flag that no version of its product names.
 * @throws NOT_FOUND, IN_USE while one does
 */
export function deleteFeatureFlag(ctx: Authorized<'product:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(featureFlags.accountId, tx.accountId), eq(featureFlags.id, id))
    // This lock holds back rows that begin to refer to it, whose foreign key takes a weaker lock.
    const [row] = await tx.db.select().from(featureFlags).where(mine).for('update')
    if (!row) throw notFound('feature flag')
    if ((await versionsWithFlag(tx.db, row)).length > 0) {
      throw new AppError('IN_USE', 'This feature flag is in use by a product version.')
    }
    await tx.db.delete(featureFlags).where(mine)
    recordEvent(tx, {
      event: 'feature-flag.deleted',
      resource: 'feature-flag',
      resourceId: id,
      changes: { name: row.name },
      snapshot: toFeatureFlagDto(row),
    })
    return undefined
  })
}
