import { and, eq, inArray } from 'drizzle-orm'
import { organizationUserGroupMembers } from '#db/schema/user-groups.ts'
import { users } from '#db/schema/users.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'

/**
 * Makes these users the group's, in the transaction that is open. They cannot leave the organization until it ends.
 * @throws INVALID_INPUT naming the first who is not of the organization
 */
export async function setMembers(
  ctx: Ctx,
  group: { id: string; organizationId: string },
  userIds: readonly string[],
): Promise<void> {
  const { accountId } = ctx
  const found =
    userIds.length === 0
      ? []
      : await ctx.db
          .select({ id: users.id })
          .from(users)
          .where(
            and(
              eq(users.accountId, accountId),
              eq(users.organizationId, group.organizationId),
              inArray(users.id, [...userIds]),
            ),
          )
          .orderBy(users.id)
          .for('share')
  const known = new Set(found.map(({ id }) => id))
  const stranger = userIds.findIndex((id) => !known.has(id))
  if (stranger >= 0) throw fieldError(`userIds[${stranger}]`, 'the organization has no such user')
  await ctx.db
    .delete(organizationUserGroupMembers)
    .where(
      and(
        eq(organizationUserGroupMembers.accountId, accountId),
        eq(organizationUserGroupMembers.userGroupId, group.id),
      ),
    )
  if (userIds.length === 0) return
  await ctx.db
    .insert(organizationUserGroupMembers)
    .values(userIds.map((userId) => ({ accountId, userGroupId: group.id, userId })))
}
