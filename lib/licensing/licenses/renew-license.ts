import { inTransaction } from '#lib/audit/in-transaction.ts'
import { addInterval, nextPeriodEnd } from '#lib/catalog/templates/interval.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import type { LicenseDto } from './license-dto.ts'
import type { RenewLicenseInput } from './license-input.ts'
import { lockLicenseRow } from './load-licenses.ts'
import { storeExpiry } from './store-expiry.ts'

/**
 * Lengthens a license by one interval: from its expiry, or from now when that has passed, so that nobody pays for time that has
 * passed.
 * @throws NOT_FOUND, CONFLICT for a license that is perpetual or has not begun
 */
export function renewLicense(
  ctx: Authorized<'license:write'>,
  id: string,
  input: RenewLicenseInput,
): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const row = await lockLicenseRow(tx.db, tx.accountId, id)
    const { expiresAt, subscriptionInterval } = row
    if (subscriptionInterval === '') {
      throw new AppError('CONFLICT', 'This license has no subscription interval: there is nothing to renew.')
    }
    if (!expiresAt) {
      throw new AppError(
        'CONFLICT',
        'This license has no expiry yet, or is perpetual: set one through expires-at instead.',
      )
    }
    const begun = row.subscriptionStartTrigger === 'activation' ? row.firstActivatedAt : row.createdAt
    return storeExpiry(tx, row, {
      expiresAt:
        expiresAt <= now
          ? addInterval(now, subscriptionInterval)
          : nextPeriodEnd(expiresAt, subscriptionInterval, begun ?? expiresAt),
      cause: input.cause ?? 'manual',
      event: 'license.renewed',
    })
  })
}
