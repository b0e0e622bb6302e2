import { and, eq, inArray } from 'drizzle-orm'
import { organizationUserGroupMembers, organizationUserGroups } from '#db/schema/user-groups.ts'
import type { Ctx } from '#lib/core/context.ts'
import { takeSeat } from '../organizations/take-seat.ts'
import { lockReseller } from '../resellers/load-resellers.ts'
import type { Belonging } from './belonging.ts'

/**
 * Prepares a user's move, in the open transaction that holds the user's row: takes a seat in the new organization, and removes
 * the groups of the old one.
 * @throws INVALID_INPUT for an unknown organization or reseller, USERS_LIMIT_REACHED
 */
export async function settleBelonging(
  ctx: Ctx,
  userId: string,
  before: Belonging,
  after: Belonging,
): Promise<void> {
  if (after.resellerId && after.resellerId !== before.resellerId) await lockReseller(ctx, after.resellerId)
  if (after.organizationId === before.organizationId) return
  if (after.organizationId) await takeSeat(ctx, after.organizationId, userId)
  if (before.organizationId) await leaveGroups(ctx, userId, before.organizationId)
}

async function leaveGroups(ctx: Ctx, userId: string, organizationId: string): Promise<void> {
  const groups = ctx.db
    .select({ id: organizationUserGroups.id })
    .from(organizationUserGroups)
    .where(
      and(
        eq(organizationUserGroups.accountId, ctx.accountId),
        eq(organizationUserGroups.organizationId, organizationId),
      ),
    )
  await ctx.db
    .delete(organizationUserGroupMembers)
    .where(
      and(
        eq(organizationUserGroupMembers.accountId, ctx.accountId),
        eq(organizationUserGroupMembers.userId, userId),
        inArray(organizationUserGroupMembers.userGroupId, groups),
      ),
    )
}
