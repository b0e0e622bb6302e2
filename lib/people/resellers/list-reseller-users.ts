import { metadataViewer, requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { refuseHiddenFilters } from '../organizations/refuse-hidden-filters.ts'
import { listUsersWithin } from '../users/list-users.ts'
import { toMemberDto, type UserDto } from '../users/user-dto.ts'
import { loadReseller, usersOfReseller } from './load-resellers.ts'

/**
 * The users that a reseller brought, those of its organizations among them.
 * @throws NOT_FOUND
 */
export async function listResellerUsers(
  ctx: Authorized<'reseller:read'>,
  id: string,
  input: ListInput,
): Promise<Page<UserDto>> {
  requireOwn(ctx, 'reseller', id)
  refuseHiddenFilters(ctx, input)
  await loadReseller(ctx.db, ctx.accountId, id)
  const page = await listUsersWithin(ctx, input, usersOfReseller(id))
  const viewer = metadataViewer(ctx)
  return viewer ? page.map((user) => toMemberDto(user, viewer)) : page
}
