import { and, sql } from 'drizzle-orm'
import { organizationUserGroups } from '#db/schema/user-groups.ts'
import { requireOwn } from '#lib/access/administered.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { loadOrganization } from '../organizations/load-organizations.ts'
import { userGroupListFields } from './list-fields.ts'
import { loadUserGroups, ofOrganization } from './load-user-groups.ts'
import { toUserGroupDto, type UserGroupDto } from './user-group-dto.ts'

/**
 * An organization's user groups, oldest first unless sorted otherwise. `query` finds part of the name or description.
 * @throws NOT_FOUND
 */
export async function listUserGroups(
  ctx: Authorized<'organization:read'>,
  organizationId: string,
  input: ListInput,
): Promise<Page<UserGroupDto>> {
  requireOwn(ctx, 'organization', organizationId)
  await loadOrganization(ctx.db, ctx.accountId, organizationId)
  const organization = { accountId: ctx.accountId, id: organizationId }
  const part = `%${likeText(input.query)}%`
  const where = and(
    filtersToSql(userGroupListFields, input.filters),
    input.query
      ? sql`(${organizationUserGroups.name} ilike ${part} or ${organizationUserGroups.description} ilike ${part})`
      : undefined,
  )
  const order = listOrder(userGroupListFields, input, organizationUserGroups)
  const [total, found] = await Promise.all([
    ctx.db.$count(organizationUserGroups, and(ofOrganization(organization), where)),
    loadUserGroups(ctx.db, organization, {
      ...order,
      where: and(where, order.after),
    }),
  ])
  return order.page(found, total).map(toUserGroupDto)
}
