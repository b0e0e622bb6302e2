import { getTableColumns, sql } from 'drizzle-orm'
import type { PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { Executor } from './client.ts'
import { preparedOnce } from './prepared-once.ts'

/**
 * Inserts whole rows of a table by a statement that is built once per process and prepared once per connection, so that
 * several of them in a transaction go to the database together.
 */
export function preparedInsert<T extends PgTable>(
  table: T,
  name: string,
): (db: Executor, row: T['$inferSelect']) => Promise<void> {
  const statement = preparedOnce((db) => db.insert(table).values(placeholdersOf(table)).prepare(name))
  return async (db, row) => {
    await statement(db).execute(driverValues(row))
  }
}

/** Times are given as text: the driver's own conversion of a missing one fails. */
function placeholdersOf<T extends PgTable>(table: T) {
  const columns = Object.entries(getTableColumns(table)).map(([name, column]) => [
    name,
    column.dataType === 'date' ? sql`${sql.placeholder(name)}::timestamptz` : sql.placeholder(name),
  ])
  return Object.fromEntries(columns) as T['$inferInsert'] & PgUpdateSetSource<T>
}

/** A row's values as `placeholdersOf` wants them. */
export function driverValues(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, value instanceof Date ? value.toISOString() : value]),
  )
}
