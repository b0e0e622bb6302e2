import type { PgDatabase } from 'drizzle-orm/pg-core'
import { drizzle, type PostgresJsDatabase, type PostgresJsQueryResultHKT } from 'drizzle-orm/postgres-js'
import postgres from 'postgres'
import { env } from '#lib/core/env.ts'
import { log } from '#lib/core/logging/log.ts'
import { processSlot } from '#lib/core/process-slot.ts'

export type Db = PostgresJsDatabase<Record<string, never>>
/** The pool or a transaction on it: what queries are written against. */
export type Executor = PgDatabase<PostgresJsQueryResultHKT, Record<string, never>>

interface Pool {
  url: string
  sql: postgres.Sql
  db: Db
}

const pool = processSlot<Pool>('pool')

/** How long reads stay with the primary after the replica failed one (milliseconds). */
const REPLICA_PAUSE_MS = 5_000
const REPLICA_CONNECT_SECONDS = 3

interface Replica {
  pool: Pool | undefined
  /** On the clock of `performance`; reads stay with the primary until then. */
  awayUntil: number
}

const replica = processSlot<Replica>('replica')

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

/**
 * The pool of `DATABASE_REPLICA_URL`, for reads alone; `db()` when there is none or it has just failed. Its answers may be old.
 * Use it through `fromReplica` only, and never for an authorization, a limit or a page just written.
 */
export function replicaDb(): Db {
  const url = env().DATABASE_REPLICA_URL
  if (!url) return db()
  const state = replica.get() ?? { pool: undefined, awayUntil: 0 }
  if (performance.now() < state.awayUntil) return db()
  if (state.pool?.url === url) return state.pool.db
  const sql = postgres(url, {
    max: 5,
    connect_timeout: REPLICA_CONNECT_SECONDS,
    onnotice: () => undefined,
    // Off, because it is a query of its own, whose failure nobody could catch.
    fetch_types: false,
    connection: { TimeZone: 'UTC', default_transaction_read_only: true },
  })
  const opened = { url, sql, db: drizzle(sql) }
  replica.set({ pool: opened, awayUntil: 0 })
  return opened.db
}

/** Sends reads to the primary for a while, and gives up those that still run on the replica. */
export function leaveReplica(reason: unknown): void {
  const left = replica.get()?.pool
  // Reads that failed together are one failure.
  if (!left) return
  replica.set({ pool: undefined, awayUntil: performance.now() + REPLICA_PAUSE_MS })
  log().warn({ err: reason }, 'the read replica failed: reads go to the primary for a while')
  left.sql.end({ timeout: 0 }).catch(() => undefined)
}

/** Ends every connection, waiting for running queries (5 s at most). */
export async function closeDatabase(): Promise<void> {
  const known = pool.get()
  const read = replica.get()?.pool
  pool.set(undefined)
  replica.set(undefined)
  await Promise.all([known?.sql.end({ timeout: 5 }), read?.sql.end({ timeout: 5 })])
}
