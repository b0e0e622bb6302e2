import type { Filter } from '#lib/core/list/filter.ts'

/** The parameters by which the users' page is filtered. */
export const USER_FILTERS = ['query', 'state'] as const

/** The filters that they stand for, for the page and its export. An impossible state is ignored. */
export function userSearch({ query, state }: Record<(typeof USER_FILTERS)[number], string>): {
  filters: Filter[]
  query: string | undefined
} {
  const isState = state === 'banned' || state === 'active'
  return {
    filters: isState ? [{ field: 'banned', operator: 'eq', values: [state === 'banned'] }] : [],
    query: query || undefined,
  }
}
