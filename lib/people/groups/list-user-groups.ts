import { and } from 'drizzle-orm'
import { organizationUserGroups } from '#db/schema/user-groups.ts'
import { requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { loadOrganization } from '../organizations/load-organizations.ts'
import { loadUserGroups, ofOrganization } from './load-user-groups.ts'
import { toUserGroupDto, type UserGroupDto } from './user-group-dto.ts'

/** What lists of user groups can be filtered and sorted by. */
export const userGroupListFields = {
  name: { kind: 'text', column: organizationUserGroups.name },
  createdAt: { kind: 'date', column: organizationUserGroups.createdAt },
  updatedAt: { kind: 'date', column: organizationUserGroups.updatedAt },
} as const satisfies ListFields

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
  const where = and(
    filtersToSql(userGroupListFields, input.filters),
    searchToSql(input.query, [organizationUserGroups.name, organizationUserGroups.description]),
  )
  const page = await paginate(
    { fields: userGroupListFields, input, ties: organizationUserGroups, where },
    {
      count: () => ctx.db.$count(organizationUserGroups, and(ofOrganization(organization), where)),
      rows: (selection) => loadUserGroups(ctx.db, organization, selection),
    },
  )
  return page.map(toUserGroupDto)
}
