import { createReadStream } from 'node:fs'
import { chmod, lstat, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { backupDatabase } from '#lib/ops/backup/backup-database.ts'
import { restoreDatabase } from '#lib/ops/backup/restore-database.ts'
import { openStream } from '#lib/ops/backup/sealed-stream.ts'
import { createTestDatabase, type TestDatabase } from '#tests/helpers/database.ts'

let folder: string
let file: string
let databases: TestDatabase[]
let from: postgres.Sql
let to: postgres.Sql

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-backup-'))
  file = join(folder, 'data.backup')
  databases = await Promise.all([createTestDatabase(), createTestDatabase()])
  const [first, second] = databases.map(({ url }) => postgres(url, { max: 2, onnotice: () => undefined }))
  if (!first || !second) throw new Error('two databases are needed')
  from = first
  to = second
  for (const sql of [from, to]) await sql.unsafe(AWKWARD_TABLES)
})

afterEach(async () => {
  await Promise.all([from.end(), to.end()])
  await Promise.all(databases.map((database) => database.drop()))
  await rm(folder, { recursive: true, force: true })
})

/** Names sort children before parents; every kind of value that text formats get wrong has a column. */
const AWKWARD_TABLES = `
  create table z_parent (id int primary key, self int references z_parent);
  create table a_child (
    id bigint generated always as identity primary key,
    parent int not null references z_parent,
    "quoted ""name" text, bytes bytea, json jsonb, amount numeric, ratio double precision,
    moment timestamptz, list text[], flag boolean, doubled int generated always as (parent * 2) stored
  )`

const AWKWARD_TEXTS = [
  null,
  '',
  '\\N',
  '\\.',
  'it\'s "quoted"',
  'tab\t newline\n return\r backslash \\',
  'Zoë 漢字 🔑',
  ' end ',
]

async function fill(sql: postgres.Sql): Promise<void> {
  await sql`insert into z_parent values (1, null), (2, 3), (3, 2)`
  for (const text of AWKWARD_TEXTS) {
    await sql`insert into a_child (parent, "quoted ""name", bytes, json, amount, ratio, moment, list, flag) values (
      2, ${text}, ${Buffer.from([0, 10, 13, 92, 255])}, ${sql.json({ text, deep: [1, { a: null }] })},
      ${'12345678901234567890.000100'}, ${'0.1'}::float8 + 0.2, ${'2026-03-29T01:30:00.123456Z'}, ${[text ?? 'null', '{}', ',']}, ${text === null ? null : true})`
  }
  const account = '018f0000-0000-7000-8000-000000000001'
  const now = '2026-01-01T00:00:00Z'
  await sql`insert into accounts (id, alias, name, created_at, updated_at) values (${account}, 'acme', 'Acme', ${now}, ${now})`
  await sql`insert into users (account_id, id, created_at, updated_at) values (${account}, ${account}, ${now}, ${now})`
  await sql`select graphile_worker.add_job('mail', json_build_object('id', ${account}::text), queue_name := 'mails')`
  await sql`update graphile_worker._private_jobs set locked_at = '2026-01-01', locked_by = 'gone', attempts = 1`
  await sql`update graphile_worker._private_job_queues set locked_at = '2026-01-01', locked_by = 'gone'`
}

/** Every row of every table, as text, without the locks of jobs. */
async function everything(sql: postgres.Sql): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'graphile_worker') and tablename <> 'migrations' order by 1`
  const contents: Record<string, string[]> = {}
  for (const { name } of tables) {
    const rows = await sql.unsafe(
      `select (to_jsonb(t) - 'locked_at' - 'locked_by' - 'is_available')::text as row from ${name} t order by 1`,
    )
    contents[name] = rows.map(({ row }) => String(row))
  }
  return contents
}

/** As somebody may who has the key: the content is changed and packed again, as backups were before they were encrypted. */
async function rewrite(change: (text: string) => string): Promise<void> {
  const packed: Buffer[] = []
  for await (const piece of openStream(createReadStream(file))) packed.push(piece)
  const text = change(gunzipSync(Buffer.concat(packed)).toString('latin1'))
  await writeFile(file, gzipSync(Buffer.from(text, 'latin1')))
}

describe('a backup', () => {
  test('brings back every value of every table, sequences and waiting jobs included', async () => {
    await fill(from)
    const written = await backupDatabase(from, file)
    const restored = await restoreDatabase(to, file, { force: false })
    expect(restored).toMatchObject(written)
    const before = await everything(from)
    expect(await everything(to)).toEqual(before)
    expect(before['public.a_child']).toHaveLength(AWKWARD_TEXTS.length)
    expect(before['graphile_worker._private_jobs']).toHaveLength(1)

    const [next] = await to`insert into a_child (parent) values (1) returning id::int as id, doubled`
    expect(next).toEqual({ id: AWKWARD_TEXTS.length + 1, doubled: 2 })
    const [job] = await to`select (graphile_worker.add_job('mail')).id::int as id`
    expect(job).toEqual({ id: 2 })
  })

  test('makes jobs that somebody was working on available again', async () => {
    await fill(from)
    await backupDatabase(from, file)
    await restoreDatabase(to, file, { force: false })
    expect(await to`select locked_at, locked_by, is_available from graphile_worker._private_jobs`).toEqual([
      { locked_at: null, locked_by: null, is_available: true },
    ])
    expect(await to`select locked_by, is_available from graphile_worker._private_job_queues`).toEqual([
      { locked_by: null, is_available: true },
    ])
  })

  test('is readable by its owner only, and replaces an older one in one step', async () => {
    await writeFile(file, 'older')
    await chmod(file, 0o644)
    await backupDatabase(from, file)
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    await expect(lstat(`${file}.tmp`)).rejects.toThrow(/ENOENT/)
  })

  test('shows one moment although others write meanwhile', async () => {
    await fill(from)
    const many = 20_000
    await from`insert into a_child (parent, "quoted ""name") select 1, repeat('x', 200) from generate_series(1, ${many}::int)`
    const writing = from`insert into z_parent select g, null from generate_series(10, 500) g`
    const [written] = await Promise.all([backupDatabase(from, file), writing])
    const restored = await restoreDatabase(to, file, { force: false })
    expect(restored.rows).toBe(written.rows)
    const [parents] = await to<{ count: number }[]>`select count(*)::int as count from z_parent`
    expect([3, 494]).toContain(parents?.count)
  })

  test('that cannot be written leaves no file and a working connection', async () => {
    await fill(from)
    const missing = join(folder, 'missing/data.backup')
    await expect(backupDatabase(from, missing)).rejects.toThrow(/ENOENT/)
    expect(await from`select 1 as one`).toEqual([{ one: 1 }])
  })
})

describe('a restore', () => {
  test('refuses a database in use, and with force replaces all of its data', async () => {
    await fill(from)
    await backupDatabase(from, file)
    await fill(to)
    await to`delete from z_parent where id = 1`
    const before = await everything(to)
    await expect(restoreDatabase(to, file, { force: false })).rejects.toThrow(
      /in use: it holds users.*--force/,
    )
    expect(await everything(to)).toEqual(before)
    await restoreDatabase(to, file, { force: true })
    expect(await everything(to)).toEqual(await everything(from))
  })

  test('replaces what a first start had put into an unused database', async () => {
    const now = '2026-01-01T00:00:00Z'
    await to`insert into accounts (id, alias, name, created_at, updated_at) values ('018f0000-0000-7000-8000-000000000009', 'first', 'First', ${now}, ${now})`
    await fill(from)
    await backupDatabase(from, file)
    await restoreDatabase(to, file, { force: false })
    expect(await to`select alias from accounts`).toEqual([{ alias: 'acme' }])
  })

  test('of a backup without the Stripe emulator leaves its tables empty', async () => {
    await to.unsafe(`create schema stripe_emu; create table stripe_emu.document as select 'old' as kind`)
    await fill(from)
    await backupDatabase(from, file)
    await restoreDatabase(to, file, { force: false })
    expect(await to`select kind from stripe_emu.document`).toEqual([])
    expect(await to`select alias from accounts`).toEqual([{ alias: 'acme' }])
  })

  test.each<[string, (text: string) => string]>([
    ['a changed value', (text) => text.replace("it's", 'itis')],
    ['a missing row', (text) => text.replace(/^1\t\\N\n/m, '')],
    ['a value of the wrong type', (text) => text.replace(/^1\t\\N$/m, 'one\t\\N')],
    ['a missing end', (text) => text.slice(0, text.lastIndexOf('{"end"'))],
    ['a cut in the middle of a table', (text) => text.slice(0, text.indexOf('itis') - 1)],
    ['a missing table', (text) => text.replace(/\{[^\n]*"table":"z_parent"[^\n]*\n[^{]*\{[^\n]*\n/, '')],
    ['another kind of content', () => 'hello\n'],
    ['nothing', () => ''],
  ])('of a file with %s says so and changes nothing', async (_what, change) => {
    await fill(from)
    await backupDatabase(from, file)
    await fill(to)
    await to`update accounts set name = 'kept'`
    const before = await everything(to)
    await rewrite(change)
    await expect(restoreDatabase(to, file, { force: true })).rejects.toThrow(/damaged or not a backup/)
    expect(await everything(to)).toEqual(before)
    expect(await to`select 1 as one`).toEqual([{ one: 1 }])
  })

  test('of a file that is not compressed, truncated or absent says so', async () => {
    await backupDatabase(from, file)
    const whole = await readFile(file)
    for (const content of [Buffer.from('plain text'), whole.subarray(0, whole.length / 2)]) {
      await writeFile(file, content)
      await expect(restoreDatabase(to, file, { force: false })).rejects.toThrow(/damaged or not a backup/)
    }
    await expect(restoreDatabase(to, join(folder, 'absent'), { force: false })).rejects.toThrow(/ENOENT/)
  })

  test('of a backup made by another version is refused with the reason', async () => {
    await fill(from)
    await backupDatabase(from, file)
    await from`insert into drizzle.__drizzle_migrations (hash, created_at) values ('later', 1)`
    await backupDatabase(from, file)
    await expect(restoreDatabase(to, file, { force: false })).rejects.toThrow(
      /made by another version of Latchkey/,
    )
    expect(await to`select 1 from accounts`).toEqual([])
  })
})
