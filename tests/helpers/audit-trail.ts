import { and, eq } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'

/** The names of the account's events, oldest first; of those about one thing, if it is given. */
export async function auditTrail(accountId: string, resourceId?: string): Promise<string[]> {
  const rows = await db()
    .select({ event: eventLogs.event })
    .from(eventLogs)
    .where(
      and(
        eq(eventLogs.accountId, accountId),
        resourceId === undefined ? undefined : eq(eventLogs.resourceId, resourceId),
      ),
    )
    .orderBy(eventLogs.seq)
  return rows.map(({ event }) => event)
}
