import { eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { secretKeyCanaries } from '#db/schema/key-store.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { derivedKeys, lookUpHash } from '#lib/core/crypto/keyring.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import {
  boundTo,
  keyColumns,
  keyValues,
  readSealed,
  rowColumns,
  SEALED_COLUMNS,
  type SealedColumn,
  type SealedRow,
} from '#lib/core/key-store/sealed-columns.ts'
import { nameRow, type UnreadableValue } from './find-unreadable.ts'

export interface Reencryption {
  /** How many values were rewritten, by column. */
  rewritten: Record<string, number>
  /** Values that stay as they are, because no entry of SECRET_KEY opens them. */
  unreadable: UnreadableValue[]
  /** Ids of entries of SECRET_KEY that were older than the first and that nothing needs any more. */
  dropped: string[]
  /** Older entries that something still needs: written meanwhile by a process that has not got the new SECRET_KEY yet. */
  needed: string[]
}

/** Rows per transaction: locks stay short, and an interrupted run continues where it stopped. */
const BATCH = 500

/**
 * Rewrites every ciphertext and look-up column of the installation that an older entry of SECRET_KEY wrote, so that the entry
 * can be dropped. Reads try every key meanwhile, so it runs beside a working server. A value that nothing opens is left as it
 * is and named.
 */
export async function reencrypt(ctx: Authorized<'system:work'>): Promise<Reencryption> {
  await openKeyStore()
  const rewritten: Record<string, number> = {}
  const unreadable: UnreadableValue[] = []
  for (const target of SEALED_COLUMNS) {
    let count = 0
    for await (const batch of olderRows(ctx.db, target)) {
      const lost = await rewriteBatch(ctx.db, target, batch)
      count += batch.length - lost.length
      unreadable.push(...lost.map((row) => nameRow(target, row)))
    }
    rewritten[`${target.table}.${target.column}`] = count
  }
  return { rewritten, unreadable, ...(await dropCanaries(ctx.db)) }
}

/** Every value that the current entry did not seal, in the order of the primary key. */
async function* olderRows(db: Executor, target: SealedColumn): AsyncGenerator<SealedRow[]> {
  const column = sql.identifier(target.column)
  const key = keyColumns(target)
  const current = derivedKeys(target.purpose)[0].kid
  let after: SealedRow | undefined
  for (;;) {
    const from = after && sql`and (${key}) > (${keyValues(target, after)})`
    const rows: SealedRow[] = await db.execute<SealedRow>(sql`
      select ${rowColumns(target)} from ${sql.identifier(target.table)}
      where ${column} is not null and not starts_with(${column}, ${`${current}.`}) ${from}
      order by ${key} limit ${BATCH}`)
    if (rows.length > 0) yield rows
    if (rows.length < BATCH) return
    after = rows.at(-1)
  }
}

/** Answers the rows that could not be read. */
async function rewriteBatch(db: Executor, target: SealedColumn, rows: SealedRow[]): Promise<SealedRow[]> {
  return db.transaction(async (tx) => {
    const lost: SealedRow[] = []
    for (const row of rows) {
      const text = readSealed(target, row)
      if (text === undefined) lost.push(row)
      else await rewrite(tx, target, row, text)
    }
    return lost
  })
}

/** A value that was replaced meanwhile is left alone. */
async function rewrite(tx: Executor, target: SealedColumn, row: SealedRow, text: string): Promise<void> {
  const column = sql.identifier(target.column)
  const lookUps = (target.lookUps ?? []).map(({ column: name, purpose, form, length }) => {
    const lookUp = sql.identifier(name)
    const hash = lookUpHash(purpose, form ? form(text) : text).slice(0, length)
    // Not computed yet, or not to be: a short key keeps nothing of its end.
    return sql`, ${lookUp} = case when ${lookUp} <> '' then ${hash} else ${lookUp} end`
  })
  await tx.execute(sql`
    update ${sql.identifier(target.table)}
    set ${column} = ${seal(target.purpose, text, boundTo(target, row))}${sql.join(lookUps)}
    where (${keyColumns(target)}) = (${keyValues(target, row)}) and ${column} = ${row.sealed}`)
}

/** The canary of an older entry goes when no value needs the entry. */
async function dropCanaries(db: Executor): Promise<{ dropped: string[]; needed: string[] }> {
  const [current, ...older] = derivedKeys('canary').map(({ kid }) => kid)
  const dropped: string[] = []
  const needed: string[] = []
  for (const kid of older) {
    if (kid === current) continue
    if (await isNeeded(db, kid)) needed.push(kid)
    else {
      await db.delete(secretKeyCanaries).where(eq(secretKeyCanaries.kid, kid))
      dropped.push(kid)
    }
  }
  return { dropped, needed }
}

async function isNeeded(db: Executor, kid: string): Promise<boolean> {
  // Requests for a new password, on their way to a worker.
  const [job] = await db.execute(sql`
    select 1 from graphile_worker._private_jobs
    where starts_with(payload->>'sealedEmail', ${`${kid}.`}) and attempts < max_attempts limit 1`)
  if (job) return true
  for (const target of SEALED_COLUMNS) {
    const column = sql.identifier(target.column)
    const rows: SealedRow[] = await db.execute<SealedRow>(sql`
      select ${rowColumns(target)} from ${sql.identifier(target.table)}
      where starts_with(${column}, ${`${kid}.`})`)
    if (rows.some((row) => readSealed(target, row) !== undefined)) return true
  }
  return false
}
