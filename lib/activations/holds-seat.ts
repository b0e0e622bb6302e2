import { and, count, eq, ne, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { activations } from '#db/schema/licenses.ts'

/** The activations that count: an ended lease holds nothing and is listed nowhere, though its row waits for the next sync. */
export function holdsSeat(at: Date): SQL {
  return sql`(${activations.leaseExpiresAt} is null or ${activations.leaseExpiresAt} > ${at.toISOString()}::timestamptz)`
}

/** How many devices other than `except` hold the license. Exact while the license's row is locked. */
export async function countOtherDevices(
  db: Executor,
  of: { accountId: string; licenseId: string; except: string | undefined; at: Date },
): Promise<number> {
  const [row] = await db
    .select({ devices: count() })
    .from(activations)
    .where(
      and(
        eq(activations.accountId, of.accountId),
        eq(activations.licenseId, of.licenseId),
        of.except === undefined ? undefined : ne(activations.id, of.except),
        holdsSeat(of.at),
      ),
    )
  return row?.devices ?? 0
}
