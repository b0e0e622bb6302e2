import { and, eq } from 'drizzle-orm'
import { organizationUserGroups } from '#db/schema/user-groups.ts'
import { requireOwn } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { loadUserGroup, ofOrganization } from './load-user-groups.ts'
import { toUserGroupDto } from './user-group-dto.ts'

/**
 * Deletes a user group. Its users stay in the organization but lose access to the licenses of the group.
 * @throws NOT_FOUND
 */
export async function deleteUserGroup(
  ctx: Authorized<'organization:write'>,
  { id: organizationId, groupId }: { id: string; groupId: string },
): Promise<undefined> {
  requireOwn(ctx, 'organization', organizationId)
  return inTransaction(ctx, async (tx) => {
    const organization = { accountId: tx.accountId, id: organizationId }
    const snapshot = toUserGroupDto(await loadUserGroup(tx.db, organization, groupId))
    await tx.db
      .delete(organizationUserGroups)
      .where(and(ofOrganization(organization), eq(organizationUserGroups.id, groupId)))
    recordEvent(tx, {
      event: 'user-group.deleted',
      resource: 'user-group',
      resourceId: groupId,
      changes: { organizationId, name: snapshot.name },
      snapshot,
    })
    return undefined
  })
}
