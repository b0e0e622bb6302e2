import { not, type SQL } from 'drizzle-orm'
import type { Filter } from './filter.ts'

/** Of a thing with several values, a negative condition means: none of them fits the positive one. */
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
