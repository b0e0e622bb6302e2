import { and, eq } from 'drizzle-orm'
import { entitlementSets } from '#db/schema/entitlements.ts'
import { licenses } from '#db/schema/licenses.ts'
import { licenseTemplates } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { toEntitlementSetDto } from './entitlement-set-dto.ts'
import { loadEntitlementSet } from './load-entitlement-sets.ts'

/**
 * Deletes an entitlement set that nothing refers to.
 * @throws NOT_FOUND, IN_USE while a license or a license template has it
 */
export function deleteEntitlementSet(
  ctx: Authorized<'entitlementSet:write'>,
  id: string,
): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(entitlementSets.accountId, tx.accountId), eq(entitlementSets.id, id))
    // This lock holds back rows that begin to refer to it, whose foreign key takes a weaker lock.
    const [row] = await tx.db.select().from(entitlementSets).where(mine).for('update')
    if (!row) throw notFound('entitlement set')
    const [licensesUse] = await tx.db
      .select({ accountId: licenses.accountId })
      .from(licenses)
      .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.entitlementSetId, id)))
      .limit(1)
    const [licenseTemplatesUse] = await tx.db
      .select({ accountId: licenseTemplates.accountId })
      .from(licenseTemplates)
      .where(and(eq(licenseTemplates.accountId, tx.accountId), eq(licenseTemplates.entitlementSetId, id)))
      .limit(1)
    if (licensesUse || licenseTemplatesUse)
      throw new AppError('IN_USE', 'This entitlement set is in use by a license or a license template.')
    const snapshot = toEntitlementSetDto(await loadEntitlementSet(tx.db, tx.accountId, id))
    await tx.db.delete(entitlementSets).where(mine)
    recordEvent(tx, {
      event: 'entitlement-set.deleted',
      resource: 'entitlement-set',
      resourceId: id,
      changes: { name: row.name },
      snapshot,
    })
    return undefined
  })
}
