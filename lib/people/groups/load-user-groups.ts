import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import {
  licenseUserGroups,
  organizationUserGroupMembers,
  organizationUserGroups,
} from '#db/schema/user-groups.ts'
import { notFound } from '#lib/core/errors.ts'
import { NO_POSITION, type Placed, type Selection } from '#lib/core/list/order.ts'
import type { LoadedUserGroup } from './user-group-dto.ts'

/** The table's name is written out: in a SELECT from one table drizzle drops it, and a subquery would read `id` as its own. */
const outer = { accountId: sql`${organizationUserGroups}.account_id`, id: sql`${organizationUserGroups}.id` }

/** User groups of an organization with their users and licenses. */
export async function loadUserGroups(
  db: Executor,
  organization: { accountId: string; id: string },
  selection: Selection,
): Promise<(LoadedUserGroup & Placed)[]> {
  const { where, orderBy = [], limit = 1, offset = 0, position = NO_POSITION } = selection
  return db
    .select({
      position,
      group: organizationUserGroups,
      userIds: sql<string[]>`array(
        select ${organizationUserGroupMembers}.user_id from ${organizationUserGroupMembers}
        where ${organizationUserGroupMembers}.account_id = ${outer.accountId}
          and ${organizationUserGroupMembers}.user_group_id = ${outer.id}
        order by 1)`,
      licenseIds: sql<string[]>`array(
        select ${licenseUserGroups}.license_id from ${licenseUserGroups}
        where ${licenseUserGroups}.account_id = ${outer.accountId} and ${licenseUserGroups}.user_group_id = ${outer.id}
        order by 1)`,
    })
    .from(organizationUserGroups)
    .where(and(ofOrganization(organization), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
}

/**
 * One user group of the organization.
 * @throws NOT_FOUND
 */
export async function loadUserGroup(
  db: Executor,
  organization: { accountId: string; id: string },
  id: string,
): Promise<LoadedUserGroup> {
  const [found] = await loadUserGroups(db, organization, { where: eq(organizationUserGroups.id, id) })
  if (!found) throw notFound('user group')
  return found
}

/** The groups of one organization. */
export function ofOrganization(organization: { accountId: string; id: string }): SQL | undefined {
  return and(
    eq(organizationUserGroups.accountId, organization.accountId),
    eq(organizationUserGroups.organizationId, organization.id),
  )
}
