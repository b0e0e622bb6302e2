import { access } from 'node:fs/promises'
import type { Writable } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type postgres from 'postgres'
import type { z } from 'zod'
import { BackupError, Damage, type End, type Header, quoted, TEXT_SETTINGS } from './format.ts'
import { listTables, schemaVersion, type Table } from './list-tables.ts'
import { openBackup } from './open-backup.ts'
import type { Part } from './read-backup.ts'
import { applyMigrations, laterMigrations, rebuildSchema } from './rebuild-schema.ts'
import { type VerifiedBackup, verifyBackup } from './verify-backup.ts'

export interface RestoreSummary {
  /** When the backup was made, ISO 8601. */
  createdAt: string
  tables: number
  rows: number
}

/** Lock timeout. A running server holds locks for milliseconds, so a longer wait means that something is wrong. */
const LOCK_TIMEOUT_MS = 15_000
const LOCK_NOT_AVAILABLE = '55P03'
/** A row in one of these tables means that the database is in use. All other rows exist after a first start. */
const USED_TABLES = ['users', 'operators', 'licenses', 'orders']
/** The Stripe emulator's tables are there only where it has run. */
const OPTIONAL_SCHEMA = 'stripe_emu'

/**
 * Replaces all data of a migrated database by that of a backup made at this version or an older one, which is loaded into the
 * tables of its own version and then migrated. The whole file is read once before anything is locked or changed: one that is
 * damaged, was written with another SECRET_KEY or does not fit is refused then. What fails after that changes nothing either,
 * because all of it is one transaction.
 *
 * @param options.force also when the database is in use, whose data is then gone
 * @throws {EnvError} for a SECRET_KEY that the backup was not written with
 */
export async function restoreDatabase(
  sql: postgres.Sql,
  file: string,
  options: { force: boolean },
): Promise<RestoreSummary> {
  await access(file).catch((cause: unknown) => {
    throw new BackupError(`${file} cannot be read: ${codeOf(cause) ?? 'unknown'}.`, { cause })
  })
  try {
    const backup = await openBackup(file, verifyBackup)
    await assertFits(sql, backup, options.force)
    return await sql.begin((tx) =>
      openBackup(file, (parts) => replaceAll(tx, parts, backup.header, options.force)),
    )
  } catch (error) {
    if (isDamage(error))
      throw new BackupError(`${file} is damaged or not a backup of Latchkey.`, { cause: error })
    if (codeOf(error) === LOCK_NOT_AVAILABLE) {
      throw new BackupError('The database is busy. Stop the server and try again.', { cause: error })
    }
    throw error
  }
}

/** Whether that backup can replace what is there. Takes no lock. */
async function assertFits(sql: postgres.ISql, backup: VerifiedBackup, force: boolean): Promise<void> {
  const version = await schemaVersion(sql)
  if (laterMigrations(version.migrations)?.later.length !== 0) {
    throw new BackupError(
      'The database was migrated by another version of Latchkey. Restore with that version.',
    )
  }
  const { header } = backup
  const known = laterMigrations(header.migrations)
  if (!known || header.jobMigrations.join() !== version.jobMigrations.join()) {
    throw new BackupError(
      'The backup was made by another version of Latchkey, newer than this one or of another line. Restore it with that version.',
    )
  }
  const here = await listTables(sql)
  if (!force) await assertUnused(sql, here)
  // An older one holds the tables of its own time.
  if (known.later.length === 0) assertTables(backup.tables, here)
}

/** Whether the backup holds exactly the tables that are there. */
function assertTables(stored: readonly Table[], here: readonly Table[]): void {
  const known = new Set(here.map(nameOf))
  const foreign = stored.map(nameOf).find((name) => !known.delete(name))
  if (foreign) throw new BackupError(`The backup holds a table that this database does not have: ${foreign}`)
  const absent = here.filter((table) => known.has(nameOf(table)) && table.schema !== OPTIONAL_SCHEMA)
  if (absent.length > 0) throw new Damage(`tables are missing: ${absent.map(nameOf).join(', ')}`)
}

async function replaceAll(
  tx: postgres.TransactionSql,
  parts: AsyncIterable<Part>,
  { migrations }: Header,
  force: boolean,
): Promise<RestoreSummary> {
  await tx.unsafe(`${TEXT_SETTINGS}; set local lock_timeout = ${LOCK_TIMEOUT_MS}`)
  const tables = await listTables(tx)
  await tx.unsafe(`lock table ${tables.map(nameOf).join(', ')} in access exclusive mode`)
  // Checked again under the lock.
  if (!force) await assertUnused(tx, tables)
  await tx.unsafe(`truncate ${tables.map(nameOf).join(', ')}`)
  const known = laterMigrations(migrations)
  if (!known) throw new Error('a backup of another version was let in')
  if (known.later.length > 0) await rebuildSchema(tx, known.before)
  const summary: RestoreSummary = { createdAt: '', tables: tables.length, rows: 0 }
  let copy: Copy | undefined
  for await (const part of parts) {
    if (part.kind === 'header') summary.createdAt = part.header.createdAt
    else if (part.kind === 'table') copy = await Copy.start(tx, part.table)
    else if (part.kind === 'rows') await copy?.write(Buffer.concat(part.lines))
    else if (part.kind === 'table-end') {
      await copy?.finish(part.rows)
      summary.rows += part.rows
    } else {
      await unlockJobs(tx)
      await setSequences(tx, part.end.sequences)
      await applyMigrations(tx, known.later)
    }
  }
  return summary
}

/** The rows of one table on their way into the database. */
class Copy {
  readonly #tx: postgres.TransactionSql
  readonly #table: Table
  readonly #target: Writable
  #failure: Error | undefined

  private constructor(tx: postgres.TransactionSql, table: Table, target: Writable) {
    this.#tx = tx
    this.#table = table
    this.#target = target
    target.on('error', (error) => {
      this.#failure = error
    })
  }

  static async start(tx: postgres.TransactionSql, table: Table): Promise<Copy> {
    const columns = table.columns.map((column) => quoted(column)).join(', ')
    return new Copy(tx, table, await tx.unsafe(`copy ${nameOf(table)} (${columns}) from stdin`).writable())
  }

  async write(rows: Buffer): Promise<void> {
    try {
      await new Promise<void>((resolve, reject) => {
        this.#target.write(rows, (error) => (error ? reject(error) : resolve()))
      })
    } catch (error) {
      this.#target.destroy(error instanceof Error ? error : new Error(String(error)))
      throw this.#failure ?? error
    }
  }

  /**
   * The driver never finishes the stream when PostgreSQL refuses the last rows. So this does not wait for its end; the next
   * statement of the transaction fails.
   */
  async finish(rows: number): Promise<void> {
    this.#target.end()
    await setImmediate()
    const name = nameOf(this.#table)
    const [counted] = await this.#tx.unsafe<{ rows: number }[]>(`select count(*)::int as rows from ${name}`)
    if (counted?.rows !== rows) throw new Error(`Not every row of ${name} was written.`)
  }
}

async function assertUnused(tx: postgres.ISql, tables: Table[]): Promise<void> {
  for (const table of tables.filter((each) => each.schema === 'public' && USED_TABLES.includes(each.table))) {
    const [row] = await tx.unsafe<{ used: boolean }[]>(`select exists (select from ${nameOf(table)}) as used`)
    if (row?.used) {
      throw new BackupError(
        `The database is in use: it holds ${table.table}. To replace all of its data, add --force.`,
      )
    }
  }
}

/** Workers that held a job when the backup was made are gone. */
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

function isDamage(error: unknown): boolean {
  // Codes of zlib, and of Postgres for values that do not fit their column, break a rule, or did so a statement before.
  return error instanceof Damage || /^(Z_|22|23|25P02)/.test(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function nameOf(table: { schema: string; table: string }): string {
  return quoted(table.schema, table.table)
}
