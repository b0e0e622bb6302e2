import { eq, type SQL, sql } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { throttles } from '#db/schema/accounts.ts'
import type { Counter } from '#lib/core/redis/counters.ts'

/** Carries the result out of the transaction that it rolls back. */
class UsedUp extends Error {
  readonly waitMs: number

  constructor(waitMs: number) {
    super('a counter is used up')
    this.waitMs = waitMs
  }
}

/**
 * Counts one attempt on every counter, or on none if one is exhausted, in one statement on the database's clock. Returns the
 * milliseconds to wait in that case, else undefined.
 *
 * A concurrent attempt waits for the row and may then count one too many; that rolls the whole transaction back, so the row never
 * shows it. Rows are locked in the order of their keys, so there is no deadlock.
 */
export async function countInPostgres(counters: readonly Counter[]): Promise<number | undefined> {
  try {
    await db().transaction(async (tx) => {
      const usedUp = await tx.execute<{ wait_ms: number }>(countOrRefuse(counters))
      if (usedUp.length > 0) throw new UsedUp(Math.max(...usedUp.map((row) => Number(row.wait_ms))))
    })
    return undefined
  } catch (error) {
    if (error instanceof UsedUp) return error.waitMs
    throw error
  }
}

function countOrRefuse(counters: readonly Counter[]): SQL {
  const asked = counters.map(
    ({ key, points, seconds }) => sql`(${key}::text, ${points}::integer, ${seconds}::integer)`,
  )
  return sql`
    with asked (key, points, seconds) as (values ${sql.join(asked, sql`, `)}),
    used_up as (
      select known.key, known.expire
      from ${throttles} known join asked on asked.key = known.key
      where known.points >= asked.points and known.expire > clock_timestamp()
    ),
    counted as (
      insert into ${throttles} as known (key, points, expire)
      select key, 1, clock_timestamp() + make_interval(secs => seconds) from asked
      where not exists (select from used_up)
      order by key
      on conflict (key) do update set
        points = case when known.expire > clock_timestamp() then known.points + 1 else 1 end,
        expire = case when known.expire > clock_timestamp() then known.expire else excluded.expire end
      returning key, points, expire
    ),
    refused as (
      select expire from used_up
      union all
      select counted.expire from counted join asked on asked.key = counted.key
      where counted.points > asked.points
    )
    select greatest(0, extract(epoch from expire - clock_timestamp()) * 1000)::float8 as wait_ms from refused`
}

/** Forgets what was counted. */
export async function forgetInPostgres(keys: readonly string[]): Promise<void> {
  // One statement each: none holds a row while it waits for another.
  for (const key of keys) await db().delete(throttles).where(eq(throttles.key, key))
}
