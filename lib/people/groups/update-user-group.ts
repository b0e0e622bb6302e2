import { and, eq } from 'drizzle-orm'
import { organizationUserGroups } from '#db/schema/user-groups.ts'
import { requireOwn } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { loadUserGroup, ofOrganization } from './load-user-groups.ts'
import { setMembers } from './set-members.ts'
import { toUserGroupDto, type UserGroupDto } from './user-group-dto.ts'
import type { UpdateUserGroupInput } from './user-group-input.ts'

/**
 * Changes a user group; `userIds` replaces its members.
 * @throws NOT_FOUND, CONFLICT when the organization has another group of that name, INVALID_INPUT for a user of another one
 */
export async function updateUserGroup(
  ctx: Authorized<'organization:write'>,
  { id: organizationId, groupId }: { id: string; groupId: string },
  input: UpdateUserGroupInput,
): Promise<UserGroupDto> {
  requireOwn(ctx, 'organization', organizationId)
  const { userIds, ...changes } = input
  return uniqueName('user group', 'organization_user_groups_name', () =>
    inTransaction(ctx, async (tx) => {
      const organization = { accountId: tx.accountId, id: organizationId }
      const changed = await tx.db
        .update(organizationUserGroups)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(and(ofOrganization(organization), eq(organizationUserGroups.id, groupId)))
        .returning({ id: organizationUserGroups.id })
      if (changed.length === 0) throw notFound('user group')
      if (userIds) await setMembers(tx, { id: groupId, organizationId }, userIds)
      recordEvent(tx, {
        event: 'user-group.updated',
        resource: 'user-group',
        resourceId: groupId,
        changes: { organizationId, name: changes.name, userIds },
      })
      return toUserGroupDto(await loadUserGroup(tx.db, organization, groupId))
    }),
  )
}
