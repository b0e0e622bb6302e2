import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import type { Cause } from './license-input.ts'
import { loadLicense } from './load-licenses.ts'

/** Stands for "for ever": a license made perpetual by hand stays so, whatever billing sets. */
const FOREVER = new Date('9999-12-31T23:59:59Z')

type Row = typeof licenses.$inferSelect

/**
 * Stores an expiry inside an open transaction that holds the row's lock. Billing may lengthen an expiry that was set by hand,
 * never shorten it.
 */
export async function storeExpiry(
  tx: Authorized<'license:write'>,
  row: Row,
  change: {
    expiresAt: Date | null
    cause: Cause
    event: 'license.renewed' | 'license.extended' | 'license.expiresAt.updated'
  },
): Promise<LicenseDto> {
  const now = tx.clock.now()
  const { cause, event } = change
  const expiresAt =
    cause === 'billing' ? atLeastHeld(change.expiresAt, row.expiryHeldUntil) : change.expiresAt
  const expiryHeldUntil = cause === 'billing' ? row.expiryHeldUntil : (expiresAt ?? FOREVER)
  await tx.db
    .update(licenses)
    .set({ expiresAt, expiryHeldUntil, updatedAt: now })
    .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.id, row.id)))
  recordEvent(tx, {
    event,
    resource: 'license',
    resourceId: row.id,
    userId: row.userId,
    changes: {
      expiresAt: expiresAt?.toISOString() ?? null,
      before: row.expiresAt?.toISOString() ?? null,
      cause,
      ...(change.expiresAt?.getTime() !== expiresAt?.getTime() && {
        asked: change.expiresAt?.toISOString() ?? null,
      }),
    },
  })
  return toLicenseDto(await loadLicense(tx.db, tx.accountId, row.id, now), now)
}

function atLeastHeld(asked: Date | null, held: Date | null): Date | null {
  if (!held || !asked || asked >= held) return asked
  return held.getTime() === FOREVER.getTime() ? null : held
}
