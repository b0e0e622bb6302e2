import { fillPlaceholders, getTableColumns, type Query, sql } from 'drizzle-orm'
import type { PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type postgres from 'postgres'
import type { Executor } from './client.ts'

// Everything that reaches behind Drizzle to the driver. It buys, measured (docs/performance.md): a look-up of one row costs 89
// instead of 242 µs of processor, that of one column by `preparedText` 60, by `preparedOnce` 67, built 183.
// To remove it, let each caller build its query where it runs it, and delete this file; nothing else knows of Drizzle's inside.

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
  // Usually it runs on the pool, of which there is one.
  let latest: { db: Executor; statement: P } | undefined
  return (db) => {
    if (latest?.db === db) return latest.statement
    built ??= build(db)
    // Everything but the connection is shared.
    const statement: P = Object.create(built, { client: { value: connectionOf(db) } })
    latest = { db, statement }
    return statement
  }
}

/**
 * As `preparedOnce`, for a query of one column of text that finds one row at most: gives that text. Without the spans, the
 * cache and the objects that drizzle puts around every run; they cost more than such a query itself.
 */
export function preparedText(
  build: (db: Executor) => { getQuery(): Query },
): (db: Executor, values: Record<string, unknown>) => Promise<string | undefined> {
  let query: Query | undefined
  return async (db, values) => {
    query ??= build(db).getQuery()
    const params = fillPlaceholders(query.params, values).map(String)
    const [row] = await connectionOf(db).unsafe(query.sql, params, { prepare: true }).values()
    const text: unknown = row?.[0]
    return typeof text === 'string' ? text : undefined
  }
}

/**
 * Inserts whole rows of a table by a statement that is built once per process and prepared once per connection, so that
 * several of them in a transaction go to the database together.
 */
export function preparedInsert<T extends PgTable>(
  table: T,
  name: string,
): (db: Executor, row: T['$inferSelect']) => Promise<void> {
  const statement = preparedOnce((db) => db.insert(table).values(placeholdersOf(table)).prepare(name))
  return async (db, row) => {
    await statement(db).execute(driverValues(row))
  }
}

/** Times are given as text: the driver's own conversion of a missing one fails. */
function placeholdersOf<T extends PgTable>(table: T) {
  const columns = Object.entries(getTableColumns(table)).map(([name, column]) => [
    name,
    column.dataType === 'date' ? sql`${sql.placeholder(name)}::timestamptz` : sql.placeholder(name),
  ])
  return Object.fromEntries(columns) as T['$inferInsert'] & PgUpdateSetSource<T>
}

/** A row's values as `placeholdersOf` wants them. */
export function driverValues(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  )
}

type Connection = Pick<postgres.Sql, 'unsafe'>

/** The driver behind the pool or the transaction, which drizzle keeps to itself. */
function connectionOf(db: Executor): Connection {
  const session: unknown = Reflect.get(db, 'session')
  const client: unknown = typeof session === 'object' && session ? Reflect.get(session, 'client') : undefined
  if (!isConnection(client)) throw new Error('drizzle no longer keeps its connection where it was')
  return client
}

function isConnection(client: unknown): client is Connection {
  return typeof client === 'function' && 'unsafe' in client
}
