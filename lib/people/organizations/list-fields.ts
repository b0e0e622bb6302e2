import { organizations } from '#db/schema/organizations.ts'
import type { ListFields } from '#lib/core/list/filter.ts'
import { metadataListFields } from '#lib/core/metadata/metadata-filter.ts'

/** What lists of organizations can be filtered and sorted by. */
export const organizationListFields = {
  name: { kind: 'text', column: organizations.name },
  email: { kind: 'text', column: organizations.email },
  allowedUsers: { kind: 'number', column: organizations.allowedUsers },
  resellerId: { kind: 'id', column: organizations.resellerId },
  createdAt: { kind: 'date', column: organizations.createdAt },
  updatedAt: { kind: 'date', column: organizations.updatedAt },
  ...metadataListFields,
} as const satisfies ListFields
