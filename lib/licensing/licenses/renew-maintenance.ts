import { and, eq } from 'drizzle-orm'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { addInterval, nextPeriodEnd } from '#lib/catalog/templates/interval.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import type { LicenseDto } from './license-dto.ts'
import { lockLicenseRow } from './load-licenses.ts'
import { storeMaintenance } from './store-maintenance.ts'

/**
 * Lengthens a license's maintenance by one interval of its policy: from its end, or from now when that has passed or was
 * never set.
 * @throws NOT_FOUND, CONFLICT for a license without a maintenance policy, INVALID_INPUT beyond the year 9999
 */
export function renewMaintenance(ctx: Authorized<'license:write'>, id: string): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const row = await lockLicenseRow(tx.db, tx.accountId, id)
    const [policy] = row.maintenancePolicyId
      ? await tx.db
          .select({ interval: maintenancePolicies.interval })
          .from(maintenancePolicies)
          .where(
            and(
              eq(maintenancePolicies.accountId, tx.accountId),
              eq(maintenancePolicies.id, row.maintenancePolicyId),
            ),
          )
      : []
    if (!policy) throw new AppError('CONFLICT', 'This license has no maintenance policy to renew by.')
    const end = row.maintenanceExpiresAt
    return storeMaintenance(tx, row, {
      maintenanceExpiresAt:
        end && end > now
          ? nextPeriodEnd(end, policy.interval, row.createdAt, 'maintenanceExpiresAt')
          : addInterval(now, policy.interval, 'maintenanceExpiresAt'),
      event: 'license.maintenance.renewed',
    })
  })
}
