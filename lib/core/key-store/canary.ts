import { sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { secretKeyCanaries } from '#db/schema/key-store.ts'
import { clock } from '../clock.ts'
import { derivedKeys } from '../crypto/keyring.ts'
import { sealWith, tryOpen } from '../crypto/seal.ts'
import { EnvError } from '../env.ts'
import { Census } from './census.ts'
import { rowColumns, SEALED_COLUMNS, type SealedRow } from './sealed-columns.ts'

const TEXT = 'This database is written with this SECRET_KEY.'
/** Values read for each column and entry, to be tried. */
const TRIED = 5

/**
 * Checks that SECRET_KEY has every entry that the database needs. A database without sealed values is bound to this SECRET_KEY
 * from now on. One without canaries is bound to it if it sealed most of the values and they open. Runs under the lock of the
 * keys.
 * @throws {EnvError} naming SECRET_KEY and what to do
 */
export async function compareSecretKey(tx: Executor): Promise<void> {
  const canaries = await tx.select().from(secretKeyCanaries)
  checkCanaries('database', canaries)
  const kids = canaries.length > 0 ? [] : (await census(tx)).kids()
  if (!kids) throw anotherKey('database')
  await addCanaries(tx, [...kids, derivedKeys('canary')[0].kid])
}

/** Whether it is the canary of that entry, and this process has the entry. */
export function isCanary(kid: string, sealed: string): boolean {
  return tryOpen('canary', sealed, kid) === TEXT
}

/** Adds the canaries of those entries of SECRET_KEY where they are missing. */
async function addCanaries(tx: Executor, kids: readonly string[]): Promise<void> {
  const wanted = derivedKeys('canary').filter(({ kid }) => kids.includes(kid))
  await tx
    .insert(secretKeyCanaries)
    .values(
      wanted.map(({ kid, secret }) => ({
        kid,
        sealed: `${kid}.${sealWith(secret, TEXT, kid)}`,
        createdAt: clock.now(),
      })),
    )
    .onConflictDoNothing()
}

/** Decides by the sealed values of a database without canaries. */
async function census(tx: Executor): Promise<Census> {
  const result = new Census()
  for (const target of SEALED_COLUMNS) {
    const table = sql.identifier(target.table)
    const column = sql.identifier(target.column)
    const kids = await tx.execute<{ kid: string; count: number }>(sql`
      select split_part(${column}, '.', 1) as kid, count(*)::int as count from ${table}
      where ${column} is not null group by 1`)
    for (const { kid, count } of kids) {
      result.count(target, kid, count)
      const rows = await tx.execute<SealedRow>(sql`
        select ${rowColumns(target)} from ${table} where starts_with(${column}, ${`${kid}.`}) limit ${TRIED}`)
      for (const row of rows) result.try(target, row)
    }
  }
  return result
}

/** The canaries that a SECRET_KEY is compared with. */
type Compared = 'database' | 'backup'

const KEEP_OLD =
  'After a change the old one stays behind the new one ("new,old") until "latchkey key reencrypt" says that it is done.'

/**
 * Refuses canaries that this SECRET_KEY does not open, all of them or some.
 * @throws {EnvError}
 */
export function checkCanaries(what: Compared, canaries: readonly { kid: string; sealed: string }[]): void {
  const closed = canaries.filter(({ kid, sealed }) => !isCanary(kid, sealed))
  if (closed.length === 0) return
  if (closed.length === canaries.length) throw anotherKey(what)
  throw new EnvError(
    `SECRET_KEY lacks an entry that this ${what} still needs (its id is ${closed.map(({ kid }) => kid).join(', ')}): put it back. ${KEEP_OLD}`,
  )
}

/** The refusal of a SECRET_KEY that opens nothing. */
export function anotherKey(what: Compared): EnvError {
  return new EnvError(
    `SECRET_KEY is not the one that this ${what} was written with: set it to that one (with the embedded database it lies in DATA_DIR/secret-key). ${KEEP_OLD}`,
  )
}
