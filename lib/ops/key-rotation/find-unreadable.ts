import { sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import {
  keyColumns,
  keyValues,
  readSealed,
  rowColumns,
  SEALED_COLUMNS,
  type SealedColumn,
  type SealedRow,
} from '#lib/core/key-store/sealed-columns.ts'

/** A sealed value that no entry of SECRET_KEY opens. */
export interface UnreadableValue {
  table: string
  column: string
  /** What names the row within its account. */
  row: string
}

const BATCH = 1_000

/** Every value of the account that no entry of SECRET_KEY opens, and every one of the installation itself. */
export async function findUnreadable(db: Executor, accountId: string): Promise<UnreadableValue[]> {
  const found: UnreadableValue[] = []
  for (const target of SEALED_COLUMNS) {
    let after: SealedRow | undefined
    do {
      const rows: SealedRow[] = await nextRows(db, target, accountId, after)
      const closed = rows.filter((row) => readSealed(target, row) === undefined)
      found.push(...closed.map((row) => nameRow(target, row)))
      after = rows.length < BATCH ? undefined : rows.at(-1)
    } while (after)
  }
  return found
}

function nextRows(db: Executor, target: SealedColumn, accountId: string, after: SealedRow | undefined) {
  const key = keyColumns(target)
  const mine = target.ofAccount === false ? sql`` : sql`and account_id = ${accountId}`
  const from = after ? sql`and (${key}) > (${keyValues(target, after)})` : sql``
  return db.execute<SealedRow>(sql`
    select ${rowColumns(target)} from ${sql.identifier(target.table)}
    where ${sql.identifier(target.column)} is not null ${mine} ${from}
    order by ${key} limit ${BATCH}`)
}

/** How people find a row again. */
export function nameRow({ table, column }: SealedColumn, row: SealedRow): UnreadableValue {
  return { table, column, row: row.names.join(' ') }
}
