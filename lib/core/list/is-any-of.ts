import { Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/** Whether an id column is one of these: as one parameter, which costs a fraction of a hundred. */
export function isAnyOf(column: SQLWrapper, ids: readonly string[] | Placeholder): SQL {
  return sql`${column} = any(${ids instanceof Placeholder ? ids : sql.param([...ids])}::uuid[])`
}
