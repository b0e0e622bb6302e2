import { and, eq, gt } from 'drizzle-orm'
import { formerLicenseKeys } from '#db/schema/license-parts.ts'
import { self } from '#lib/access/calling-customer.ts'
import { requireFreshSignIn } from '#lib/access/step-up.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { toLicenseDto } from './license-dto.ts'
import { loadLicense, lockLicenseRow } from './load-licenses.ts'
import { queueKeyMail } from './queue-key-mail.ts'
import { isRevoked } from './status.ts'
import { swapKey } from './swap-key.ts'

/** How many replaced keys may work at once. A customer who needs more should contact the vendor. */
const FORMER_KEYS_LIMIT = 3

/**
 * Gives a license of the signed-in customer another key and mails it to them: for a key that became known. Only the owner may
 * do it: others who share the license could lock the rest out. The old key takes no new device; those that know it may use it
 * for 14 days more.
 * @throws STEP_UP_REQUIRED, NOT_FOUND, CONFLICT for a revoked license, or after too many replacements
 */
export async function replaceMyKey(ctx: Authorized<'me:write'>, id: string): Promise<undefined> {
  requireFreshSignIn(ctx)
  const { userId } = self(ctx)
  await inTransaction(ctx, async (tx) => {
    const row = await lockLicenseRow(tx.db, tx.accountId, id)
    if (row.userId !== userId) throw notFound('license')
    if (isRevoked(row)) throw new AppError('CONFLICT', 'This license has been revoked.')
    const now = tx.clock.now()
    const alive = await tx.db.$count(
      formerLicenseKeys,
      and(
        eq(formerLicenseKeys.accountId, tx.accountId),
        eq(formerLicenseKeys.licenseId, id),
        gt(formerLicenseKeys.validUntil, now),
      ),
    )
    if (alive >= FORMER_KEYS_LIMIT) {
      throw new AppError(
        'CONFLICT',
        `This key was replaced ${alive} times within two weeks. Please contact us for another one.`,
      )
    }
    const formerKeyUntil = await swapKey(tx, row)
    const license = toLicenseDto(await loadLicense(tx.db, tx.accountId, id, now), now)
    if (license.user?.email) await queueKeyMail(tx, license, { formerKeyUntil })
  })
  return undefined
}
