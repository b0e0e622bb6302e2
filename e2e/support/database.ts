import postgres from 'postgres'

/** A connection of the test's own, beside the application's. */
export async function withDatabase<T>(url: string, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 2, onnotice: () => undefined })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

/**
 * Keeps everybody from writing to a table until `release`; reading goes on. It makes "in the middle of it" a state that
 * lasts, instead of a moment that a test would have to hit.
 */
export async function holdWrites(url: string, table: string): Promise<{ release(): Promise<void> }> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  const { promise: wish, resolve: release } = Promise.withResolvers<void>()
  const { promise: held, resolve: hold } = Promise.withResolvers<void>()
  const transaction = sql
    .begin(async (tx) => {
      await tx`lock table ${tx(table)} in share mode`
      hold()
      await wish
    })
    // The test may have killed the server in between.
    .catch(() => hold())
  await held
  return {
    async release() {
      release()
      await transaction
      await sql.end({ timeout: 1 })
    },
  }
}

/** How many statements of others wait for a lock on the table. */
export async function waitingFor(url: string, table: string): Promise<number> {
  return withDatabase(url, async (sql) => {
    const [row] = await sql<{ count: number }[]>`
      select count(*)::int as count from pg_locks
      where relation = ${table}::regclass and not granted`
    return row?.count ?? 0
  })
}
