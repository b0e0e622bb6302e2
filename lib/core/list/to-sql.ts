import { and, not, or, Placeholder, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Filter, ListFields } from './filter.ts'

/** The WHERE of a list: every filter must hold. Undefined when there is none. */
export function filtersToSql(fields: ListFields, filters: readonly Filter[]): SQL | undefined {
  return and(
    ...filters.map((filter) => {
      const field = fields[filter.field]
      if (!field) throw new Error(`list has no field ${filter.field}`)
      if (field.where) return field.where(filter)
      if (!field.column) throw new Error(`list field ${filter.field} has no column`)
      return compare(field.column, filter)
    }),
  )
}

/** One comparison. A null column counts as different from every value, as people expect of `ne` and `nin`. */
export function compare(column: SQLWrapper, filter: Filter): SQL {
  const value = parameter(filter.values[0])
  const like = likeText(filter.values[0])
  switch (filter.operator) {
    case 'eq':
      return sql`${column} = ${value}`
    case 'ne':
      return sql`${column} is distinct from ${value}`
    case 'gt':
      return sql`${column} > ${value}`
    case 'gte':
      return sql`${column} >= ${value}`
    case 'lt':
      return sql`${column} < ${value}`
    case 'lte':
      return sql`${column} <= ${value}`
    case 'sw':
      return sql`${column} ilike ${`${like}%`}`
    case 'ew':
      return sql`${column} ilike ${`%${like}`}`
    case 'cn':
      return sql`${column} ilike ${`%${like}%`}`
    case 'nc':
      return sql`(${column} not ilike ${`%${like}%`} or ${column} is null)`
    case 'in':
      return filter.values.length === 0 ? sql`false` : sql`${column} in ${filter.values.map(parameter)}`
    case 'nin':
      return filter.values.length === 0
        ? sql`true`
        : sql`(${column} not in ${filter.values.map(parameter)} or ${column} is null)`
  }
}

/**
 * Dates go to the driver as text: see `sqlClient`. Numbers are compared as floats, so that a fraction, or a number too large
 * for the column, matches nothing instead of failing.
 */
function parameter(value: Filter['values'][number] | undefined): SQL {
  if (typeof value === 'number') return sql`${value}::float8`
  return value instanceof Date ? sql`${value.toISOString()}::timestamptz` : sql`${value}`
}

/** `%`, `_` and `\` are ordinary characters to the person who searches. */
export function likeText(value: unknown): string {
  return String(value).replace(/[\\%_]/g, (character) => `\\${character}`)
}

/** Free search: part of any of these columns. Undefined where nothing is searched for. */
export function searchToSql(query: string | undefined, columns: readonly SQLWrapper[]): SQL | undefined {
  if (!query) return undefined
  const part = `%${likeText(query)}%`
  return or(...columns.map((column) => sql`${column} ilike ${part}`))
}

/** Whether an id column holds one of these. One array parameter costs a fraction of a hundred parameters. */
export function isAnyOf(column: SQLWrapper, ids: readonly string[] | Placeholder): SQL {
  return sql`${column} = any(${ids instanceof Placeholder ? ids : sql.param([...ids])}::uuid[])`
}

/** For a field with several values a negative condition means that none of them matches the positive one. */
export function anyOf(filter: Filter, anyFits: (positive: Filter) => SQL): SQL {
  switch (filter.operator) {
    case 'ne':
      return not(anyFits({ ...filter, operator: 'eq' }))
    case 'nc':
      return not(anyFits({ ...filter, operator: 'cn' }))
    case 'nin':
      return not(anyFits({ ...filter, operator: 'in' }))
    default:
      return anyFits(filter)
  }
}

const POSITIVE = { ne: 'eq', nin: 'in', nc: 'cn' } as const

/**
 * A filter on a row's many values (tags, metadata). It holds if one of them matches; a negative operator holds if none does.
 * `from` yields one row per value, `value` is the column in it.
 */
export function anyElement(from: SQL, value: SQLWrapper, filter: Filter): SQL {
  const { operator } = filter
  if (operator === 'ne' || operator === 'nin' || operator === 'nc') {
    return sql`not exists (select 1 from ${from} where ${compare(value, { ...filter, operator: POSITIVE[operator] })})`
  }
  return sql`exists (select 1 from ${from} where ${compare(value, filter)})`
}
