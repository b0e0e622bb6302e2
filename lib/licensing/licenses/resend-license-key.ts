import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { toLicenseDto } from './license-dto.ts'
import { loadLicense } from './load-licenses.ts'
import { queueKeyMail } from './queue-key-mail.ts'

/**
 * Mails a license's key to its owner once more.
 * @throws NOT_FOUND, CONFLICT when there is nobody to mail it to, USER_BANNED
 */
export async function resendLicenseKey(ctx: Authorized<'license:write'>, id: string): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const license = toLicenseDto(await loadLicense(tx.db, tx.accountId, id, now), now)
    await queueKeyMail(tx, license)
    recordEvent(tx, {
      event: 'license.key-mailed',
      resource: 'license',
      resourceId: id,
      userId: license.user?.id ?? null,
    })
  })
}
