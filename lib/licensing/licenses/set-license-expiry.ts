import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { LicenseDto } from './license-dto.ts'
import type { LicenseExpiryInput } from './license-input.ts'
import { lockLicenseRow } from './load-licenses.ts'
import { storeExpiry } from './store-expiry.ts'

/**
 * Sets a license's expiry; null makes it perpetual. By hand it is held; billing never shortens below what is held.
 * @throws NOT_FOUND
 */
export function setLicenseExpiry(
  ctx: Authorized<'license:write'>,
  id: string,
  input: LicenseExpiryInput,
): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) =>
    storeExpiry(tx, await lockLicenseRow(tx.db, tx.accountId, id), {
      expiresAt: input.expiresAt,
      cause: input.cause ?? 'manual',
      event: 'license.expiresAt.updated',
    }),
  )
}
