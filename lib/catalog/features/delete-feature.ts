import { and, eq } from 'drizzle-orm'
import { entitlementSetFeatures, features } from '#db/schema/entitlements.ts'
import { licenseEntitlements } from '#db/schema/license-parts.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { toFeatureDto } from './feature-dto.ts'

/**
 * Deletes a feature that nothing refers to.
 * @throws NOT_FOUND, IN_USE while an entitlement set or a license has it
 */
export function deleteFeature(ctx: Authorized<'feature:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(features.accountId, tx.accountId), eq(features.id, id))
    // This lock holds back rows that begin to refer to it, whose foreign key takes a weaker lock.
    const [row] = await tx.db.select().from(features).where(mine).for('update')
    if (!row) throw notFound('feature')
    const [entitlementSetFeaturesUse] = await tx.db
      .select({ accountId: entitlementSetFeatures.accountId })
      .from(entitlementSetFeatures)
      .where(
        and(eq(entitlementSetFeatures.accountId, tx.accountId), eq(entitlementSetFeatures.featureId, id)),
      )
      .limit(1)
    const [licenseEntitlementsUse] = await tx.db
      .select({ accountId: licenseEntitlements.accountId })
      .from(licenseEntitlements)
      .where(and(eq(licenseEntitlements.accountId, tx.accountId), eq(licenseEntitlements.featureId, id)))
      .limit(1)
    if (entitlementSetFeaturesUse || licenseEntitlementsUse)
      throw new AppError('IN_USE', 'This feature is in use by an entitlement set or a license.')
    await tx.db.delete(features).where(mine)
    recordEvent(tx, {
      event: 'feature.deleted',
      resource: 'feature',
      resourceId: id,
      changes: { name: row.name },
      snapshot: toFeatureDto(row),
    })
    return undefined
  })
}
