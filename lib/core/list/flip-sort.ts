import type { ListInput } from './filter.ts'

/** The sorting that gives a list's rows in exactly the opposite order; `sortToSql` turns its tie-breaker with it. */
export function flipSort(sort: ListInput['sort']): ListInput['sort'] {
  if (sort.length === 0) return [{ field: 'createdAt', descending: true }]
  return sort.map(({ field, descending }) => ({ field, descending: !descending }))
}
