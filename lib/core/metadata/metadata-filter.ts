import { and, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Filter, ListFields } from '../list/filter.ts'
import { anyElement, compare } from '../list/to-sql.ts'

/**
 * The two filters of every list of rows with metadata. They have no column; `takeMetadataFilters` takes them out of the list's
 * filters.
 */
export const metadataListFields = {
  'metadata.key': { kind: 'text', exact: true },
  'metadata.value': { kind: 'text', exact: true },
} as const satisfies ListFields

/**
 * Splits the metadata filters off. Together they describe one entry: `metadata.key[eq]=a` with `metadata.value[ne]=b` asks for
 * an entry a that is not b. Negative conditions alone hold if no entry matches.
 */
export function takeMetadataFilters(
  column: SQLWrapper,
  filters: readonly Filter[],
): { condition: SQL | undefined; others: Filter[] } {
  const metadata = filters.filter((filter) => filter.field.startsWith('metadata.'))
  const others = filters.filter((filter) => !filter.field.startsWith('metadata.'))
  if (metadata.length === 0) return { condition: undefined, others }
  const entries = sql`jsonb_array_elements(${column}) entry`
  const part = ({ field }: Filter) => (field === 'metadata.key' ? sql`entry->>'key'` : sql`entry->>'value'`)
  if (metadata.every(({ operator }) => ['ne', 'nin', 'nc'].includes(operator))) {
    const condition = and(...metadata.map((filter) => anyElement(entries, part(filter), filter)))
    return { condition, others }
  }
  if (metadata.every(({ operator }) => operator === 'eq')) {
    // In this form the GIN index over the whole column answers.
    const entry = Object.fromEntries(
      metadata.map(({ field, values }) => [field.slice('metadata.'.length), values[0]]),
    )
    return { condition: sql`${column} @> ${JSON.stringify([entry])}::jsonb`, others }
  }
  const ofEntry = and(...metadata.map((filter) => compare(part(filter), filter)))
  return { condition: sql`exists (select 1 from ${entries} where ${ofEntry})`, others }
}
