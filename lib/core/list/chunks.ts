import { type SQL, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'

/** Rows per chunk of a list that is read whole. */
export const CHUNK_ROWS = 250

/** A row's place in a list by creation. The time is the database's own text: a `Date` would lose its microseconds. */
export interface ListPlace {
  createdAt: string
  id: string
}

type PlacedTable = { createdAt: AnyPgColumn; id: AnyPgColumn }

/** The columns of a row's place: `.select({ ...placeOf(licenses) })`. */
export function placeOf(table: PlacedTable) {
  return { createdAt: sql<string>`${table.createdAt}::text`, id: sql<string>`${table.id}` }
}

/** The condition for rows after the place, in the order of `byCreation`. Undefined at the start. */
export function afterPlace(table: PlacedTable, place: ListPlace | undefined): SQL | undefined {
  if (!place) return undefined
  return sql`(${table.createdAt}, ${table.id}) > (${place.createdAt}::timestamptz, ${place.id}::uuid)`
}

/** The order in which a list is read whole. */
export function byCreation(table: PlacedTable): SQL[] {
  return [sql`${table.createdAt} asc`, sql`${table.id} asc`]
}

/**
 * Reads a whole list in chunks. `places` finds the next rows, `load` loads them by id in the same order. A row that is deleted
 * meanwhile is left out; a row that is created meanwhile comes last.
 */
export async function* readInChunks<Row>(
  places: (after: ListPlace | undefined, limit: number) => Promise<ListPlace[]>,
  load: (ids: string[]) => Promise<Row[]>,
): AsyncGenerator<Row[]> {
  let after: ListPlace | undefined
  for (;;) {
    const found = await places(after, CHUNK_ROWS)
    const last = found.at(-1)
    if (!last) return
    yield await load(found.map(({ id }) => id))
    if (found.length < CHUNK_ROWS) return
    after = last
  }
}
