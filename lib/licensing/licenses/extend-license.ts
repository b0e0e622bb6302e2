import { inTransaction } from '#lib/audit/in-transaction.ts'
import { addInterval, intervalOfSeconds } from '#lib/catalog/templates/interval.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import type { LicenseDto } from './license-dto.ts'
import type { ExtendLicenseInput } from './license-input.ts'
import { lockLicenseRow } from './load-licenses.ts'
import { storeExpiry } from './store-expiry.ts'

/**
 * Lengthens a license by seconds, counted from its expiry even when that has passed (the old API's `extend`).
 * @throws NOT_FOUND, CONFLICT for a license without an expiry
 */
export function extendLicense(
  ctx: Authorized<'license:write'>,
  id: string,
  input: ExtendLicenseInput,
): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockLicenseRow(tx.db, tx.accountId, id)
    if (!row.expiresAt) throw new AppError('CONFLICT', 'This license has no expiry that could be extended.')
    return storeExpiry(tx, row, {
      expiresAt: addInterval(row.expiresAt, intervalOfSeconds(input.extensionLength)),
      cause: 'manual',
      event: 'license.extended',
    })
  })
}
