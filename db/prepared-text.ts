import { fillPlaceholders, type Query } from 'drizzle-orm'
import type { Executor } from './client.ts'
import { connectionOf } from './prepared-once.ts'

/**
 * As `preparedOnce`, for a query of one column of text that finds one row at most: gives that text. Without the spans, the
 * cache and the objects that drizzle puts around every run; they cost more than such a query itself.
 */
export function preparedText(
  build: (db: Executor) => { getQuery(): Query },
): (db: Executor, values: Record<string, unknown>) => Promise<string | undefined> {
  let query: Query | undefined
  return async (db, values) => {
    query ??= build(db).getQuery()
    const params = fillPlaceholders(query.params, values).map(String)
    const [row] = await connectionOf(db).unsafe(query.sql, params, { prepare: true }).values()
    const text: unknown = row?.[0]
    return typeof text === 'string' ? text : undefined
  }
}
