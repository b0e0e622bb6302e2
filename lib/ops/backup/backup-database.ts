import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type postgres from 'postgres'
import { clock } from '#lib/core/clock.ts'
import { END_OF_ROWS, FORMAT, FORMAT_VERSION, type Header, quoted, TEXT_SETTINGS } from './format.ts'
import { listSequences, listTables, schemaVersion, type Table } from './list-tables.ts'
import { sealStream } from './sealed-stream.ts'

export interface BackupSummary {
  tables: number
  rows: number
}

/**
 * Writes all data, as of one moment and while the server works on, to `file`, encrypted under SECRET_KEY (and readable by its
 * owner only). The file
 * appears under its name when it is complete; an older one of that name is replaced.
 */
export async function backupDatabase(sql: postgres.Sql, file: string): Promise<BackupSummary> {
  const unfinished = `${file}.tmp`
  await rm(unfinished, { force: true })
  const handle = await open(unfinished, 'wx', 0o600)
  try {
    const summary = { tables: 0, rows: 0 }
    await sql.begin('isolation level repeatable read read only', async (tx) => {
      await writePacked(contents(tx, summary), handle)
    })
    await handle.sync()
    await handle.close()
    await rename(unfinished, file)
    await syncFolder(dirname(file))
    return summary
  } catch (error) {
    await handle.close()
    await rm(unfinished, { force: true })
    throw error
  }
}

/**
 * Not a pipeline: that would report a full disk while rows are still on their way, and the transaction cannot end before
 * they have been read.
 */
async function writePacked(chunks: AsyncIterable<Buffer>, handle: FileHandle): Promise<void> {
  const gzip = createGzip()
  const writing = handle.writeFile(sealStream(gzip))
  writing.catch(() => undefined)
  for await (const chunk of chunks) {
    if (!gzip.write(chunk)) await Promise.race([once(gzip, 'drain'), writing])
  }
  gzip.end()
  await writing
}

async function* contents(tx: postgres.TransactionSql, summary: BackupSummary): AsyncGenerator<Buffer> {
  await tx.unsafe(TEXT_SETTINGS)
  const tables = await listTables(tx)
  const header: Header = {
    format: FORMAT,
    version: FORMAT_VERSION,
    createdAt: clock.now().toISOString(),
    ...(await schemaVersion(tx)),
  }
  yield line(header)
  for (const table of tables) {
    yield line(table)
    summary.rows += yield* rowsOf(tx, table)
    summary.tables += 1
  }
  yield line({ end: true, tables: tables.length, sequences: await sequenceValues(tx) })
}

async function* rowsOf(tx: postgres.TransactionSql, table: Table): AsyncGenerator<Buffer, number> {
  const columns = table.columns.map((column) => quoted(column)).join(', ')
  const stream: Readable = await tx
    .unsafe(`copy ${quoted(table.schema, table.table)} (${columns}) to stdout`)
    .readable()
  // The driver stops reading its socket while this buffer is full, and would never go on if the last row filled it.
  stream.once('end', () => stream._read(0))
  const hash = createHash('sha256')
  let rows = 0
  try {
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      const data = Buffer.from(chunk)
      hash.update(data)
      for (let at = data.indexOf(10); at !== -1; at = data.indexOf(10, at + 1)) rows += 1
      yield data
    }
  } finally {
    // Left half-read, the connection could not be used again.
    await finished(stream.resume()).catch(() => undefined)
  }
  yield Buffer.from(END_OF_ROWS)
  yield line({ rows, sha256: hash.digest('hex') })
  return rows
}

async function sequenceValues(tx: postgres.TransactionSql): Promise<unknown[]> {
  const values: unknown[] = []
  for (const sequence of await listSequences(tx)) {
    const [row] = await tx.unsafe(
      `select last_value::text as value, is_called as called from ${quoted(sequence.schema, sequence.name)}`,
    )
    values.push({ ...sequence, ...row })
  }
  return values
}

function line(value: unknown): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`)
}

/** The new name is safe from a power cut only when its folder is written. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
