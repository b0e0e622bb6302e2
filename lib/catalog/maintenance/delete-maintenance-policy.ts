import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import { licenseTemplates } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { toMaintenancePolicyDto } from './maintenance-policy-dto.ts'

/**
 * Deletes a maintenance policy that nothing refers to.
 * @throws NOT_FOUND, IN_USE while a license or a license template has it
 */
export function deleteMaintenancePolicy(
  ctx: Authorized<'maintenancePolicy:write'>,
  id: string,
): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(maintenancePolicies.accountId, tx.accountId), eq(maintenancePolicies.id, id))
    // This lock holds back rows that begin to refer to it, whose foreign key takes a weaker lock.
    const [row] = await tx.db.select().from(maintenancePolicies).where(mine).for('update')
    if (!row) throw notFound('maintenance policy')
    const [licensesUse] = await tx.db
      .select({ accountId: licenses.accountId })
      .from(licenses)
      .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.maintenancePolicyId, id)))
      .limit(1)
    const [licenseTemplatesUse] = await tx.db
      .select({ accountId: licenseTemplates.accountId })
      .from(licenseTemplates)
      .where(and(eq(licenseTemplates.accountId, tx.accountId), eq(licenseTemplates.maintenancePolicyId, id)))
      .limit(1)
    if (licensesUse || licenseTemplatesUse)
      throw new AppError('IN_USE', 'This maintenance policy is in use by a license or a license template.')
    await tx.db.delete(maintenancePolicies).where(mine)
    recordEvent(tx, {
      event: 'maintenance-policy.deleted',
      resource: 'maintenance-policy',
      resourceId: id,
      changes: { name: row.name },
      snapshot: toMaintenancePolicyDto(row),
    })
    return undefined
  })
}
