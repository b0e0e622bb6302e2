import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { users } from '#db/schema/users.ts'
import { findTypedKey } from '../licenses/find-typed-key.ts'
import { keyLookUps } from '../licenses/license-key.ts'
import { licenseStatus } from '../licenses/status.ts'
import type { LicenseForReleases } from './release-refusal.ts'

export interface FoundLicense extends LicenseForReleases {
  id: string
}

/** The facts that decide which releases each of these licenses may get, at that time. `where` may also speak of `users`. */
export async function findLicensesForReleases(
  db: Executor,
  accountId: string,
  where: SQL | undefined,
  at: Date,
): Promise<FoundLicense[]> {
  const rows = await db
    .select({
      id: licenses.id,
      productId: licenses.productId,
      maintenanceExpiresAt: licenses.maintenanceExpiresAt,
      maxAllowedReleaseVersion: licenses.maxAllowedReleaseVersion,
      facts: {
        revokedManualAt: licenses.revokedManualAt,
        revokedBillingAt: licenses.revokedBillingAt,
        suspendedManualAt: licenses.suspendedManualAt,
        suspendedBillingAt: licenses.suspendedBillingAt,
        effectiveAt: licenses.effectiveAt,
        expiresAt: licenses.expiresAt,
        expiryGracePeriod: licenses.expiryGracePeriod,
        expiringSoonEventOffset: licenses.expiringSoonEventOffset,
      },
      ownerBannedAt: users.bannedAt,
    })
    .from(licenses)
    .leftJoin(users, and(eq(users.accountId, licenses.accountId), eq(users.id, licenses.userId)))
    .where(and(eq(licenses.accountId, accountId), where))
  return rows.map(({ facts, ownerBannedAt, ...license }) => ({
    ...license,
    status: licenseStatus({ ...facts, ownerBannedAt }, at),
  }))
}

/** The license with this key. A replaced key is not found: it works on known devices only, and a download proves no device. */
export async function findLicenseByKey(
  db: Executor,
  accountId: string,
  key: string,
  at: Date,
): Promise<FoundLicense | undefined> {
  if (key === '') return undefined
  const [found] = await findLicensesForReleases(db, accountId, inArray(licenses.keyHash, keyLookUps(key)), at)
  if (found) return found
  const typed = await findTypedKey(db, accountId, key, at)
  if (!typed || typed.isFormer) return undefined
  const [meant] = await findLicensesForReleases(db, accountId, eq(licenses.id, typed.licenseId), at)
  return meant
}
