import { requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { loadUserGroup } from './load-user-groups.ts'
import { toUserGroupDto, type UserGroupDto } from './user-group-dto.ts'

/**
 * One user group of an organization.
 * @throws NOT_FOUND
 */
export async function getUserGroup(
  ctx: Authorized<'organization:read'>,
  input: { id: string; groupId: string },
): Promise<UserGroupDto> {
  requireOwn(ctx, 'organization', input.id)
  return toUserGroupDto(
    await loadUserGroup(ctx.db, { accountId: ctx.accountId, id: input.id }, input.groupId),
  )
}
