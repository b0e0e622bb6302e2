import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import { closeDatabase, configureDatabase } from '#db/client.ts'
import { type Embedded, startEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'
import { root } from '../servers/server.ts'
import { fill, type Sample } from './fill.ts'

/** Databases, samples and what was measured; safe to delete. */
const folder = join(root, '.bench')

export interface BenchPostgres {
  /** A fresh copy of the database with that many licenses; made once, and again when tables or filling change. */
  copy(size: { licenses: number; activations: number }): Promise<BenchDatabase>
  /** Where PostgreSQL writes what it has to say. */
  logFile: string
  /** Whether it writes every statement there. */
  logStatements(on: boolean): Promise<void>
  stop(): Promise<void>
}

export interface BenchDatabase {
  url: string
  sample: Sample
  drop(): Promise<void>
}

/** Starts a PostgreSQL of the benchmark's own, durable as in production. */
export async function startPostgres(log: (message: string) => void): Promise<BenchPostgres> {
  const embedded = await startEmbedded({ dataDir: join(folder, 'data') })
  let copies = 0
  return {
    async copy(size) {
      const model = `model_${size.licenses}_${size.activations}_${version()}`
      const sampleFile = join(folder, `${model}.json`)
      if (!(await exists(embedded, model))) await make(embedded, { model, sampleFile, size, log })
      copies += 1
      const name = `copy_${copies}`
      await onServer(embedded, async (sql) => {
        await sql`drop database if exists ${sql(name)} with (force)`
        await sql`create database ${sql(name)} template ${sql(model)}`
      })
      const sample: Sample = JSON.parse(await readFile(sampleFile, 'utf8'))
      return {
        url: urlOf(embedded, name),
        sample,
        drop: () =>
          onServer(embedded, async (sql) => {
            await sql`drop database if exists ${sql(name)} with (force)`
          }),
      }
    },
    logFile: join(folder, 'data', 'postgres.log'),
    logStatements: (on) =>
      onServer(embedded, async (sql) => {
        await sql.unsafe(`alter system set log_min_duration_statement = ${on ? 0 : -1}`)
        await sql`select pg_reload_conf()`
        await delay(300)
      }),
    stop: () => embedded.stop(),
  }
}

interface Making {
  model: string
  sampleFile: string
  size: { licenses: number; activations: number }
  log: (message: string) => void
}

/** Under another name until it is whole: an interrupted filling must not pass for a full one. */
async function make(embedded: Embedded, { model, sampleFile, size, log }: Making): Promise<void> {
  log(`Filling a database with ${size.licenses} licenses and ${size.activations} activations.`)
  const unfinished = `unfinished_${size.licenses}`
  await onServer(embedded, async (sql) => {
    await sql`drop database if exists ${sql(unfinished)} with (force)`
    await sql`create database ${sql(unfinished)}`
  })
  const url = urlOf(embedded, unfinished)
  await migrate(url)
  configureDatabase(url)
  try {
    const sample = await fill(size)
    await mkdir(folder, { recursive: true })
    await writeFile(sampleFile, JSON.stringify(sample))
  } finally {
    await closeDatabase()
  }
  await onServer(embedded, (sql) => sql`alter database ${sql(unfinished)} rename to ${sql(model)}`)
}

/** What a filled database depends on: its tables and the code that fills them. */
function version(): string {
  const hash = createHash('sha256')
  for (const part of [join(root, 'db', 'migrations'), join(root, 'bench', 'data')]) {
    for (const file of readdirSync(part).sort()) {
      if (/\.(sql|ts)$/.test(file)) hash.update(readFileSync(join(part, file)))
    }
  }
  return hash.digest('hex').slice(0, 12)
}

async function exists(embedded: Embedded, name: string): Promise<boolean> {
  let found = false
  await onServer(embedded, async (sql) => {
    found = (await sql`select 1 from pg_database where datname = ${name}`).length > 0
  })
  return found
}

function urlOf(embedded: Embedded, name: string): string {
  const url = new URL(embedded.url)
  url.pathname = `/${name}`
  return url.href
}

async function onServer(embedded: Embedded, work: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(urlOf(embedded, 'postgres'), { max: 1, onnotice: () => undefined })
  try {
    await work(sql)
  } finally {
    await sql.end()
  }
}
