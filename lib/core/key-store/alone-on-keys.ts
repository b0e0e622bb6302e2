import { sql } from 'drizzle-orm'
import { drizzle } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { databaseUrl, type Executor } from '#db/client.ts'

/** The advisory lock of the keys: any fixed number. */
const KEY_LOCK = 726_354_893

/**
 * Runs the work in a transaction that holds the lock of the keys, on a connection of its own, so that it never waits for the
 * pool.
 */
export async function aloneOnKeys<T>(work: (tx: Executor) => Promise<T>): Promise<T> {
  const client = postgres(databaseUrl(), {
    max: 1,
    onnotice: () => undefined,
    connection: { TimeZone: 'UTC' },
  })
  try {
    return await drizzle(client).transaction(async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(${KEY_LOCK})`)
      return work(tx)
    })
  } finally {
    await client.end({ timeout: 5 })
  }
}
