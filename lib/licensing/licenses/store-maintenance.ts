import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import { loadLicense } from './load-licenses.ts'

/** Stores until when a license gets new releases, inside an open transaction that holds the row's lock. */
export async function storeMaintenance(
  tx: Authorized<'license:write'>,
  row: typeof licenses.$inferSelect,
  change: {
    maintenanceExpiresAt: Date
    event: 'license.maintenance.renewed' | 'license.maintenance.extended'
  },
): Promise<LicenseDto> {
  const now = tx.clock.now()
  const { maintenanceExpiresAt, event } = change
  await tx.db
    .update(licenses)
    .set({ maintenanceExpiresAt, updatedAt: now })
    .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.id, row.id)))
  recordEvent(tx, {
    event,
    resource: 'license',
    resourceId: row.id,
    userId: row.userId,
    changes: {
      maintenanceExpiresAt: maintenanceExpiresAt.toISOString(),
      before: row.maintenanceExpiresAt?.toISOString() ?? null,
    },
  })
  return toLicenseDto(await loadLicense(tx.db, tx.accountId, row.id, now), now)
}
