import { organizationUserGroups } from '#db/schema/user-groups.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What lists of user groups can be filtered and sorted by. */
export const userGroupListFields = {
  name: { kind: 'text', column: organizationUserGroups.name },
  createdAt: { kind: 'date', column: organizationUserGroups.createdAt },
  updatedAt: { kind: 'date', column: organizationUserGroups.updatedAt },
} as const satisfies ListFields
