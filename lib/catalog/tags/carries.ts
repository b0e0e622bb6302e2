import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/** Whether a column of tags holds this one. The second condition is what the index over rows with tags asks for. */
export function carries(column: SQLWrapper, name: string): SQL {
  return sql`(${column} @> array[${name}]::text[] and ${column} <> '{}')`
}
