import { roles } from '#db/schema/operators.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What the list of roles can be filtered and sorted by. */
export const roleListFields = {
  name: { kind: 'text', column: roles.name },
  reserved: { kind: 'boolean', column: roles.reserved },
  createdAt: { kind: 'date', column: roles.createdAt },
  updatedAt: { kind: 'date', column: roles.updatedAt },
} as const satisfies ListFields
