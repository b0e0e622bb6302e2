import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import { loadLicense, lockLicenseRow } from './load-licenses.ts'
import { queueKeyMail } from './queue-key-mail.ts'
import { swapKey } from './swap-key.ts'

/**
 * Gives a license another key and mails it to the owner, where there is one who can be mailed. The old key takes no new
 * device; those that know it may use it for 14 days more.
 * @throws NOT_FOUND, CONFLICT when no free key is found
 */
export function replaceKey(ctx: Authorized<'license:write'>, id: string): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const formerKeyUntil = await swapKey(tx, await lockLicenseRow(tx.db, tx.accountId, id))
    const now = tx.clock.now()
    const license = toLicenseDto(await loadLicense(tx.db, tx.accountId, id, now), now)
    if (license.user?.email && !license.user.banned) await queueKeyMail(tx, license, { formerKeyUntil })
    return license
  })
}
