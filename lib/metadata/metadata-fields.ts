import { and, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import { anyElement } from '../list/elements.ts'
import type { Filter, ListFields } from '../list/filter.ts'
import { compare } from '../list/to-sql.ts'

const KEY = 'metadata.key'
const VALUE = 'metadata.value'

/** `metadata.key` and `metadata.value` as list fields over a metadata column. */
export function metadataFields(column: SQLWrapper): ListFields {
  const entries = sql`jsonb_array_elements(${column}) entry`
  return {
    [KEY]: { kind: 'text', where: (filter) => anyElement(entries, sql`entry->>'key'`, filter) },
    [VALUE]: { kind: 'text', where: (filter) => anyElement(entries, sql`entry->>'value'`, filter) },
  }
}

/**
 * `metadata.key[eq]=a&metadata.value[eq]=b` asks for an entry a=b, not for any a beside any b: with both given they become one
 * condition, and the other filters are returned beside it.
 */
export function pairMetadataFilters(
  column: SQLWrapper,
  filters: readonly Filter[],
): { others: Filter[]; where: SQL | undefined } {
  const negative = (filter: Filter) => ['ne', 'nin', 'nc'].includes(filter.operator)
  const keys = filters.filter((filter) => filter.field === KEY && !negative(filter))
  const values = filters.filter((filter) => filter.field === VALUE && !negative(filter))
  if (keys.length === 0 || values.length === 0) return { others: [...filters], where: undefined }
  const conditions = and(
    ...keys.map((filter) => compare(sql`entry->>'key'`, filter)),
    ...values.map((filter) => compare(sql`entry->>'value'`, filter)),
  )
  return {
    others: filters.filter((filter) => !keys.includes(filter) && !values.includes(filter)),
    where: sql`exists (select 1 from jsonb_array_elements(${column}) entry where ${conditions})`,
  }
}
