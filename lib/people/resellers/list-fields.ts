import { resellers } from '#db/schema/organizations.ts'
import type { ListFields } from '#lib/core/list/filter.ts'
import { metadataListFields } from '#lib/core/metadata/metadata-filter.ts'

/** What lists of resellers can be filtered and sorted by. */
export const resellerListFields = {
  name: { kind: 'text', column: resellers.name },
  email: { kind: 'text', column: resellers.email },
  createdAt: { kind: 'date', column: resellers.createdAt },
  updatedAt: { kind: 'date', column: resellers.updatedAt },
  ...metadataListFields,
} as const satisfies ListFields
