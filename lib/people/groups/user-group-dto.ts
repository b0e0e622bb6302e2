import { z } from 'zod'
import type { organizationUserGroups } from '#db/schema/user-groups.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** Users of one organization who share licenses. */
export const UserGroupDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    organizationId: z.uuid(),
    name: z.string(),
    description: z.string(),
    userIds: z.array(z.uuid()),
    licenseIds: z.array(z.uuid()),
  })
  .meta({ id: 'UserGroup' })
export type UserGroupDto = z.output<typeof UserGroupDto>

/** A group with what its answers need besides its own row. */
export interface LoadedUserGroup {
  group: typeof organizationUserGroups.$inferSelect
  userIds: string[]
  licenseIds: string[]
}

export function toUserGroupDto({ group, userIds, licenseIds }: LoadedUserGroup): UserGroupDto {
  return {
    id: group.id,
    createdAt: group.createdAt.toISOString(),
    updatedAt: group.updatedAt.toISOString(),
    organizationId: group.organizationId,
    name: group.name,
    description: group.description,
    userIds,
    licenseIds,
  }
}
