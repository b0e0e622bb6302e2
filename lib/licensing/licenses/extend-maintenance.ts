import { inTransaction } from '#lib/audit/in-transaction.ts'
import { addInterval, intervalOfSeconds } from '#lib/catalog/templates/interval.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import type { LicenseDto } from './license-dto.ts'
import type { ExtendLicenseInput } from './license-input.ts'
import { lockLicenseRow } from './load-licenses.ts'
import { storeMaintenance } from './store-maintenance.ts'

/**
 * Lengthens a license's maintenance by seconds, counted from its end even when that has passed, as `extend` does.
 * @throws NOT_FOUND, CONFLICT for a license whose maintenance does not end, INVALID_INPUT beyond the year 9999
 */
export function extendMaintenance(
  ctx: Authorized<'license:write'>,
  id: string,
  input: ExtendLicenseInput,
): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockLicenseRow(tx.db, tx.accountId, id)
    if (!row.maintenanceExpiresAt) {
      throw new AppError('CONFLICT', 'The maintenance of this license has no end that could be extended.')
    }
    return storeMaintenance(tx, row, {
      maintenanceExpiresAt: addInterval(
        row.maintenanceExpiresAt,
        intervalOfSeconds(input.extensionLength),
        'maintenanceExpiresAt',
      ),
      event: 'license.maintenance.extended',
    })
  })
}
