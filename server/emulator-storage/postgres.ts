import type { ISql, Sql } from 'postgres'
import type { Documents, Kind } from '#emulator/documents/kinds.ts'
import { dueAt, type Query, type Reader, type Storage, type Transaction } from '#emulator/storage.ts'
import { open, seal } from './seal.ts'

const BATCH = 200

interface Options {
  /** A postgres.js client; only the schema `stripe_emu` is used, which is created where it is missing. */
  sql: Sql
  /** 32 bytes for webhook secrets and remembered answers. */
  key: Uint8Array
}

interface Row {
  seq: string
  doc: string
}

/** The emulator's documents in PostgreSQL, durable through a crash. */
export function postgresStorage({ sql, key }: Options): Storage {
  let ready: Promise<void> | undefined
  const prepared = async (): Promise<Sql> => {
    ready ??= createEmulatorSchema(sql)
    try {
      await ready
    } catch (error) {
      ready = undefined
      throw error
    }
    return sql
  }
  const transaction = async <T>(work: (tx: Transaction) => Promise<T>): Promise<T> => {
    const client = await prepared()
    // A box, because postgres.js unwraps arrays of queries in what the callback returns.
    const { result } = await client.begin(async (tx) => {
      await tx`select pg_advisory_xact_lock(hashtext('stripe_emu.write'))`
      return { result: await work(writer(tx)) }
    })
    return result as T
  }
  return {
    get: async (kind, id) => reader(await prepared()).get(kind, id),
    list: async (kind, query) => reader(await prepared()).list(kind, query),
    due: async (kind, untilMs, limit) => reader(await prepared()).due(kind, untilMs, limit),
    transaction,
    seal: (plain) => seal(key, plain),
    open: (sealed) => open(key, sealed),
  }
}

/** Creates the emulator's tables where they are missing. */
export async function createEmulatorSchema(sql: Sql): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(hashtext('stripe_emu.schema'))`
    const [found] = await tx`select to_regclass('stripe_emu.document') is not null as exists`
    if (found?.exists === true) return
    await tx`create schema if not exists stripe_emu`
    await tx`
      create table stripe_emu.document (
        kind text not null,
        id text not null,
        seq bigint generated always as identity,
        created bigint not null,
        due_ms bigint,
        doc jsonb not null,
        primary key (kind, id)
      )`
    await tx`create index document_seq on stripe_emu.document (kind, seq)`
    await tx`create index document_due on stripe_emu.document (kind, due_ms) where due_ms is not null`
  })
}

// Documents travel as text: a client that an ORM shares may have lost its JSON conversion.
function parse<K extends Kind>(row: Row | undefined): Documents[K] | undefined {
  return row && (JSON.parse(row.doc) as Documents[K])
}

function reader(sql: ISql): Reader {
  return {
    async get<K extends Kind>(kind: K, id: string) {
      const [row] = await sql<Row[]>`
        select seq, doc::text from stripe_emu.document where kind = ${kind} and id = ${id}`
      return parse<K>(row)
    },
    list: (kind, query = {}) => list(sql, kind, query),
    async due<K extends Kind>(kind: K, untilMs: number, limit: number) {
      const rows = await sql<Row[]>`
        select seq, doc::text from stripe_emu.document
        where kind = ${kind} and due_ms <= ${untilMs} order by due_ms, seq limit ${limit}`
      return rows.flatMap((row) => parse<K>(row) ?? [])
    },
  }
}

/** Reads in batches, because `where` decides outside the database. */
async function list<K extends Kind>(sql: ISql, kind: K, query: Query<K>): Promise<Documents[K][]> {
  const { match = {}, where, created = {}, limit = Number.POSITIVE_INFINITY } = query
  const isForward = query.before === undefined
  const cursorId = query.after ?? query.before
  let cursor = cursorId === undefined ? null : await seqOf(sql, kind, cursorId)
  const batch = where || limit > BATCH ? BATCH : limit
  const found: Documents[K][] = []
  for (;;) {
    const rows = await sql<Row[]>`
      select seq, doc::text from stripe_emu.document
      where kind = ${kind} and doc @> ${JSON.stringify(match)}::text::jsonb
        and created > ${created.gt ?? -1} and created >= ${created.gte ?? 0}
        ${created.lt === undefined ? sql`` : sql`and created < ${created.lt}`}
        ${created.lte === undefined ? sql`` : sql`and created <= ${created.lte}`}
        ${cursor === null ? sql`` : isForward ? sql`and seq < ${cursor}` : sql`and seq > ${cursor}`}
      order by seq ${isForward ? sql`desc` : sql`asc`} limit ${batch}`
    for (const row of rows) {
      const document = parse<K>(row)
      if (document && (where === undefined || where(document))) found.push(document)
      if (found.length === limit) break
    }
    cursor = rows.at(-1)?.seq ?? null
    if (found.length === limit || rows.length < batch) return isForward ? found : found.reverse()
  }
}

async function seqOf(sql: ISql, kind: Kind, id: string): Promise<string | null> {
  const [row] = await sql<
    { seq: string }[]
  >`select seq from stripe_emu.document where kind = ${kind} and id = ${id}`
  return row?.seq ?? null
}

function writer(tx: ISql): Transaction {
  return {
    ...reader(tx),
    async put(kind, document) {
      await tx`
        insert into stripe_emu.document (kind, id, created, due_ms, doc)
        values (${kind}, ${document.id}, ${document.created}, ${dueAt(kind, document)},
          ${JSON.stringify(document)}::text::jsonb)
        on conflict (kind, id) do update set
          created = excluded.created, due_ms = excluded.due_ms, doc = excluded.doc`
    },
    async delete(kind, id) {
      await tx`delete from stripe_emu.document where kind = ${kind} and id = ${id}`
    },
  }
}
