import { and, eq } from 'drizzle-orm'
import { deletedLicenses } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { toLicenseDto } from './license-dto.ts'
import { loadLicense, lockLicenseRow } from './load-licenses.ts'

/**
 * Deletes a license with its devices. Its link to an order is deleted; the revocation list keeps naming it.
 * @throws NOT_FOUND
 */
export function deleteLicense(ctx: Authorized<'license:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const row = await lockLicenseRow(tx.db, tx.accountId, id)
    const now = tx.clock.now()
    const snapshot = toLicenseDto(await loadLicense(tx.db, tx.accountId, id, now), now)
    await tx.db.delete(licenses).where(and(eq(licenses.accountId, tx.accountId), eq(licenses.id, id)))
    await tx.db
      .insert(deletedLicenses)
      .values({ accountId: tx.accountId, id, productId: row.productId, deletedAt: now })
      // A license that was made again under its old id may be deleted again.
      .onConflictDoUpdate({
        target: [deletedLicenses.accountId, deletedLicenses.id],
        set: { productId: row.productId, deletedAt: now },
      })
    recordEvent(tx, {
      event: 'license.deleted',
      resource: 'license',
      resourceId: id,
      userId: row.userId,
      changes: { productId: row.productId, keyPrefix: row.keyPrefix },
      snapshot,
    })
    return undefined
  })
}
