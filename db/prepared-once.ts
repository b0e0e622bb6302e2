import type postgres from 'postgres'
import type { Executor } from './client.ts'

/** A query that drizzle has prepared. */
interface Prepared {
  execute(values?: Record<string, unknown>): Promise<unknown>
}

/**
 * A statement that is built once per process, prepared once per connection, and runs on the pool as well as in
 * transactions. Building costs more than running: drizzle's `prepare` alone would build it anew in every transaction.
 */
export function preparedOnce<P extends Prepared>(build: (db: Executor) => P): (db: Executor) => P {
  let built: P | undefined
  // Mostly it runs on the pool, which is one and the same.
  let latest: { db: Executor; statement: P } | undefined
  return (db) => {
    if (latest?.db === db) return latest.statement
    built ??= build(db)
    // Everything but the connection is the same wherever it runs.
    const statement: P = Object.create(built, { client: { value: connectionOf(db) } })
    latest = { db, statement }
    return statement
  }
}

type Connection = Pick<postgres.Sql, 'unsafe'>

/** The driver behind the pool or the transaction, which drizzle keeps to itself. */
export function connectionOf(db: Executor): Connection {
  const session: unknown = Reflect.get(db, 'session')
  const client: unknown = typeof session === 'object' && session ? Reflect.get(session, 'client') : undefined
  if (!isConnection(client)) throw new Error('drizzle no longer keeps its connection where it was')
  return client
}

function isConnection(client: unknown): client is Connection {
  return typeof client === 'function' && 'unsafe' in client
}
