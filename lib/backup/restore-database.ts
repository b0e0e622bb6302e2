import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { access } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setImmediate } from 'node:timers/promises'
import { createGunzip } from 'node:zlib'
import type postgres from 'postgres'
import type { z } from 'zod'
import {
  END_OF_ROWS,
  End,
  FORMAT_VERSION,
  Header,
  quoted,
  TableEnd,
  TableStart,
  TEXT_SETTINGS,
} from './format.ts'
import { LineReader } from './line-reader.ts'
import { listTables, type Table } from './list-tables.ts'
import { schemaVersion } from './schema-version.ts'

export interface RestoreSummary {
  /** When the backup was made, ISO 8601. */
  createdAt: string
  tables: number
  rows: number
}

const COPY_CHUNK_BYTES = 64 * 1024
/** A running server holds locks for milliseconds; longer means that something is wrong. */
const LOCK_TIMEOUT_MS = 15_000
const LOCK_NOT_AVAILABLE = '55P03'
/** A row in one of these means that somebody uses the database; all else is there after a first start. */
const USED_TABLES = ['users', 'operators', 'licenses', 'orders']
/** The payment stand-in's tables are there only where it has run. */
const OPTIONAL_SCHEMA = 'stripe_emu'

/**
 * Replaces all data of a migrated database by that of a backup made at the same version. One transaction: a backup that is
 * damaged or does not fit changes nothing.
 *
 * @param options.force also when the database is in use, whose data is then gone
 */
export async function restoreDatabase(
  sql: postgres.Sql,
  file: string,
  options: { force: boolean },
): Promise<RestoreSummary> {
  await access(file)
  try {
    return await sql.begin((tx) => replaceAll(tx, file, options.force))
  } catch (error) {
    if (isDamage(error)) throw new Error(`${file} is damaged or not a backup of Latchkey.`, { cause: error })
    if (codeOf(error) === LOCK_NOT_AVAILABLE) {
      throw new Error('The database is busy. Stop the server and try again.', { cause: error })
    }
    throw error
  }
}

async function replaceAll(
  tx: postgres.TransactionSql,
  file: string,
  force: boolean,
): Promise<RestoreSummary> {
  await tx.unsafe(`${TEXT_SETTINGS}; set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
  const tables = await listTables(tx)
  await tx.unsafe(`lock table ${tables.map(nameOf).join(', ')} in access exclusive mode`)
  if (!force) await assertUnused(tx, tables)
  const source = createReadStream(file)
  const unpacked = createGunzip()
  const reading = pipeline(source, unpacked).catch(() => undefined)
  try {
    return await load(tx, tables, new LineReader(unpacked))
  } finally {
    source.destroy()
    unpacked.destroy()
    await reading
  }
}

async function load(
  tx: postgres.TransactionSql,
  tables: Table[],
  lines: LineReader,
): Promise<RestoreSummary> {
  const header = parse(Header, await lines.next())
  await assertSameVersion(tx, header)
  await tx.unsafe(`truncate ${tables.map(nameOf).join(', ')}`)
  const missing = new Map(tables.map((table) => [nameOf(table), table]))
  let rows = 0
  for (;;) {
    const line = await lines.next()
    const end = End.safeParse(toJson(line))
    if (end.success) {
      const absent = [...missing.values()].filter(({ schema }) => schema !== OPTIONAL_SCHEMA).map(nameOf)
      if (absent.length > 0) throw new Damage(`tables are missing: ${absent.join(', ')}`)
      await unlockJobs(tx)
      await setSequences(tx, end.data.sequences)
      return { createdAt: header.createdAt, tables: tables.length, rows }
    }
    const table = parse(TableStart, line)
    if (!missing.delete(nameOf(table))) {
      throw new Error(`The backup holds a table that this database does not have: ${nameOf(table)}`)
    }
    rows += await loadTable(tx, table, lines)
  }
}

async function loadTable(tx: postgres.TransactionSql, table: Table, lines: LineReader): Promise<number> {
  const columns = table.columns.map((column) => quoted(column)).join(', ')
  const target: Writable = await tx.unsafe(`copy ${nameOf(table)} (${columns}) from stdin`).writable()
  const hash = createHash('sha256')
  let read = 0

  async function* rows(): AsyncGenerator<Buffer> {
    let chunk: Buffer[] = []
    let size = 0
    for (;;) {
      const line = await lines.next()
      if (line === undefined) throw new Damage('it ends in the middle of a table')
      if (line.toString('latin1') === END_OF_ROWS) break
      hash.update(line)
      read += 1
      chunk.push(line)
      size += line.length
      if (size < COPY_CHUNK_BYTES) continue
      yield Buffer.concat(chunk)
      chunk = []
      size = 0
    }
    if (size > 0) yield Buffer.concat(chunk)
  }

  await send(rows(), target)
  const end = parse(TableEnd, await lines.next())
  if (end.rows !== read || end.sha256 !== hash.digest('hex')) {
    throw new Damage(`the rows of ${nameOf(table)} were altered`)
  }
  const [counted] = await tx.unsafe<{ rows: number }[]>(`select count(*)::int as rows from ${nameOf(table)}`)
  if (counted?.rows !== end.rows) throw new Error(`Not every row of ${nameOf(table)} was written.`)
  return end.rows
}

/**
 * Sends rows to a COPY. The driver never finishes the stream when Postgres refuses the last of them: so this does not
 * wait for that, the failure shows in the next statement of the transaction.
 */
async function send(rows: AsyncIterable<Buffer>, target: Writable): Promise<void> {
  let failure: Error | undefined
  target.on('error', (error) => {
    failure = error
  })
  try {
    for await (const chunk of rows) {
      await new Promise<void>((resolve, reject) => {
        target.write(chunk, (error) => (error ? reject(error) : resolve()))
      })
    }
  } catch (error) {
    target.destroy(error instanceof Error ? error : new Error(String(error)))
    throw failure ?? error
  }
  target.end()
  await setImmediate()
}

async function assertUnused(tx: postgres.TransactionSql, tables: Table[]): Promise<void> {
  for (const table of tables.filter((each) => each.schema === 'public' && USED_TABLES.includes(each.table))) {
    const [row] = await tx.unsafe<{ used: boolean }[]>(`select exists (select from ${nameOf(table)}) as used`)
    if (row?.used) {
      throw new Error(
        `The database is in use: it holds ${table.table}. To replace all of its data, add --force.`,
      )
    }
  }
}

async function assertSameVersion(tx: postgres.TransactionSql, header: Header): Promise<void> {
  if (header.version !== FORMAT_VERSION) {
    throw new Error(
      `The backup has format ${header.version}; this version of Latchkey reads ${FORMAT_VERSION}.`,
    )
  }
  const here = await schemaVersion(tx)
  const same =
    here.migrations.join() === header.migrations.join() &&
    here.jobMigrations.join() === header.jobMigrations.join()
  if (same) return
  throw new Error(
    `The backup was made by another version of Latchkey (${header.migrations.length} migrations there, ${here.migrations.length} here). Restore it with that version and update afterwards.`,
  )
}

/** Whoever worked on a job when the backup was made does not any more. */
async function unlockJobs(tx: postgres.TransactionSql): Promise<void> {
  await tx`update graphile_worker._private_jobs set locked_at = null, locked_by = null where locked_at is not null`
  await tx`update graphile_worker._private_job_queues set locked_at = null, locked_by = null where locked_at is not null`
}

async function setSequences(
  tx: postgres.TransactionSql,
  sequences: z.infer<typeof End>['sequences'],
): Promise<void> {
  for (const { schema, name, value, called } of sequences) {
    await tx`select setval(${quoted(schema, name)}::regclass, ${value}::bigint, ${called})`
  }
}

/** The file is not what was written. */
class Damage extends Error {}

function isDamage(error: unknown): boolean {
  // Codes of zlib, and of Postgres for values that do not fit their column, break a rule, or did so a statement before.
  return error instanceof Damage || /^(Z_|22|23|25P02)/.test(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function parse<T>(schema: z.ZodType<T>, line: Buffer | undefined): T {
  const parsed = schema.safeParse(toJson(line))
  if (!parsed.success) throw new Damage('a line is missing or unreadable', { cause: parsed.error })
  return parsed.data
}

function toJson(line: Buffer | undefined): unknown {
  if (line === undefined) throw new Damage('it is cut off')
  try {
    return JSON.parse(line.toString('utf8'))
  } catch (cause) {
    throw new Damage('a line is unreadable', { cause })
  }
}

function nameOf(table: { schema: string; table: string }): string {
  return quoted(table.schema, table.table)
}
