import { and, count, eq, ne, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { activations, licenses } from '#db/schema/licenses.ts'

/** The activations that hold a place. An ended lease holds none and is listed nowhere; its row waits for the next sync. */
export function holdsSeat(at: Moment): SQL {
  const moment = at instanceof Date ? at.toISOString() : at
  return sql`(${activations.leaseExpiresAt} is null or ${activations.leaseExpiresAt} > ${moment}::timestamptz)`
}

/** A moment, or its placeholder (ISO 8601) in a prepared statement. */
type Moment = Date | Placeholder

/** The number of devices that hold the license of the surrounding query at that time. The limit compares with it. */
export function countedActivations(at: Moment): SQL<number> {
  return sql`(
    select count(*) from ${activations}
    where ${activations.accountId} = ${licenses.accountId} and ${activations.licenseId} = ${licenses.id}
      and ${holdsSeat(at)})`
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
