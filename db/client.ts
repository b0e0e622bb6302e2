import type { PgDatabase } from 'drizzle-orm/pg-core'
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { env } from '#lib/env.ts'
import { globalSlot } from '#lib/global-slot.ts'

export type Db = PostgresJsDatabase<Record<string, never>>
/** The pool or a transaction on it: what queries are written against. */
export type Executor = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>

interface Pool {
  url: string
  sql: postgres.Sql
  db: Db
}

const pool = globalSlot<Pool>('pool')

/** Points this process at a database (embedded mode learns its URL only at start). Call before the first query. */
export function configureDatabase(url: string, options: { max?: number } = {}): void {
  const sql = postgres(url, {
    max: options.max ?? 10,
    onnotice: () => undefined,
    connection: { TimeZone: 'UTC' },
  })
  pool.set({ url, sql, db: drizzle(sql) })
}

function current(): Pool {
  let known = pool.get()
  if (!known) {
    const url = env().DATABASE_URL
    if (!url) throw new Error('no database is configured: start the server, or set DATABASE_URL')
    configureDatabase(url)
    known = pool.get()
  }
  if (!known) throw new Error('no database is configured')
  return known
}

/** The process's connection pool. Lazy, so that a build needs no database. */
export function db(): Db {
  return current().db
}

/** The driver itself, for COPY, LISTEN and the like. Dates go to it as ISO strings: drizzle took over its date codecs. */
export function sqlClient(): postgres.Sql {
  return current().sql
}

/** The URL in use. */
export function databaseUrl(): string {
  return current().url
}

/** Ends every connection, waiting for running queries (5 s at most). */
export async function closeDatabase(): Promise<void> {
  const known = pool.get()
  pool.set(undefined)
  await known?.sql.end({ timeout: 5 })
}
