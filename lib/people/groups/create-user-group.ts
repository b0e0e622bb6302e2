import { and, eq } from 'drizzle-orm'
import { organizations } from '#db/schema/organizations.ts'
import { organizationUserGroups } from '#db/schema/user-groups.ts'
import { requireOwn } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { loadUserGroup } from './load-user-groups.ts'
import { setMembers } from './set-members.ts'
import { toUserGroupDto, type UserGroupDto } from './user-group-dto.ts'
import type { CreateUserGroupInput } from './user-group-input.ts'

/**
 * Makes a user group in an organization.
 * @throws NOT_FOUND, CONFLICT when the organization has a group of that name, INVALID_INPUT for a user of another one
 */
export async function createUserGroup(
  ctx: Authorized<'organization:write'>,
  organizationId: string,
  input: CreateUserGroupInput,
): Promise<UserGroupDto> {
  requireOwn(ctx, 'organization', organizationId)
  return inTransaction(ctx, async (tx) => {
    const [organization] = await tx.db
      .select({ id: organizations.id })
      .from(organizations)
      .where(and(eq(organizations.accountId, tx.accountId), eq(organizations.id, organizationId)))
      .for('key share')
    if (!organization) throw notFound('organization')
    const now = tx.clock.now()
    const id = newId()
    const made = await tx.db
      .insert(organizationUserGroups)
      .values({
        accountId: tx.accountId,
        id,
        organizationId,
        name: input.name,
        description: input.description ?? '',
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({
        target: [
          organizationUserGroups.accountId,
          organizationUserGroups.organizationId,
          organizationUserGroups.name,
        ],
      })
      .returning({ id: organizationUserGroups.id })
    if (made.length === 0) throw nameTaken('user group')
    await setMembers(tx, { id, organizationId }, input.userIds ?? [])
    recordEvent(tx, {
      event: 'user-group.created',
      resource: 'user-group',
      resourceId: id,
      changes: { organizationId, name: input.name, userIds: input.userIds ?? [] },
    })
    return toUserGroupDto(await loadUserGroup(tx.db, { accountId: tx.accountId, id: organizationId }, id))
  })
}
