import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { Filter } from './filter.ts'
import { compare } from './to-sql.ts'

const POSITIVE = { ne: 'eq', nin: 'in', nc: 'cn' } as const

/**
 * A filter on a row's many values (tags, metadata): it holds if one of them fits; the negative operators hold if none does.
 * `from` yields one row per value, `value` is the value in it.
 */
export function anyElement(from: SQL, value: SQLWrapper, filter: Filter): SQL {
  const { operator } = filter
  if (operator === 'ne' || operator === 'nin' || operator === 'nc') {
    return sql`not exists (select 1 from ${from} where ${compare(value, { ...filter, operator: POSITIVE[operator] })})`
  }
  return sql`exists (select 1 from ${from} where ${compare(value, filter)})`
}
