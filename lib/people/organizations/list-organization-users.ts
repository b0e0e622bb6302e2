import { eq } from 'drizzle-orm'
import { users } from '#db/schema/users.ts'
import { metadataViewer, requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { listUsersWithin } from '../users/list-users.ts'
import { toMemberDto, type UserDto } from '../users/user-dto.ts'
import { loadOrganization } from './load-organizations.ts'
import { refuseHiddenFilters } from './refuse-hidden-filters.ts'

/**
 * The users of an organization.
 * @throws NOT_FOUND
 */
export async function listOrganizationUsers(
  ctx: Authorized<'organization:read'>,
  id: string,
  input: ListInput,
): Promise<Page<UserDto>> {
  requireOwn(ctx, 'organization', id)
  refuseHiddenFilters(ctx, input)
  await loadOrganization(ctx.db, ctx.accountId, id)
  const page = await listUsersWithin(ctx, input, eq(users.organizationId, id))
  const viewer = metadataViewer(ctx)
  return viewer ? page.map((user) => toMemberDto(user, viewer)) : page
}
