import { and, desc, eq, or, sql } from 'drizzle-orm'
import { eventLogs } from '#db/schema/audit.ts'
import { self } from '#lib/access/calling-customer.ts'
import { openerForUsers } from '#lib/audit/user-key.ts'
import type { Authorized } from '#lib/core/authorize.ts'

/** An event of a license while it belonged to the customer. */
export interface LicenseHistoryEntry {
  id: string
  /** `license.renewed`, `activation.created`. */
  event: string
  createdAt: string
  /** The device's name, where it was about a device. */
  device: string | null
}

/** How far back a page shows. */
const SHOWN = 50

/** What happened to one of the customer's licenses and its devices, newest first. Nothing for anybody else's. */
export async function listMyLicenseHistory(
  ctx: Authorized<'me:read'>,
  licenseId: string,
): Promise<LicenseHistoryEntry[]> {
  const { userId } = self(ctx)
  const rows = await ctx.db
    .select({
      id: eventLogs.id,
      event: eventLogs.event,
      createdAt: eventLogs.createdAt,
      changes: eventLogs.changes,
    })
    .from(eventLogs)
    .where(
      and(
        eq(eventLogs.accountId, ctx.accountId),
        eq(eventLogs.userId, userId),
        or(
          eq(eventLogs.resourceId, licenseId),
          and(eq(eventLogs.resource, 'activation'), sql`${eventLogs.changes}->>'licenseId' = ${licenseId}`),
        ),
      ),
    )
    .orderBy(desc(eventLogs.seq))
    .limit(SHOWN)
  const open = await openerForUsers(ctx.db, ctx.accountId, [userId])
  return rows.map((row) => ({
    id: row.id,
    event: row.event,
    createdAt: row.createdAt.toISOString(),
    device: deviceName(row.changes.hostname, (sealed) => open(userId, sealed).text),
  }))
}

function deviceName(value: unknown, open: (sealed: string) => string | null): string | null {
  if (value === null || typeof value !== 'object' || !('sealed' in value)) return null
  const text = typeof value.sealed === 'string' ? open(value.sealed) : null
  const name: unknown = text === null ? null : JSON.parse(text)
  return typeof name === 'string' ? name : null
}
