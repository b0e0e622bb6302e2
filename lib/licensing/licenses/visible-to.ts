import { type SQL, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { licenseUserGroups, organizationUserGroupMembers } from '#db/schema/user-groups.ts'

/**
 * The licenses that a user may use: owned, named as an additional user, or shown to one of their user groups. Each of the three
 * uses an index of its own; one condition with "or" would use none.
 */
export function visibleTo(accountId: string, userId: string): SQL {
  return sql`${licenses.id} in (
    select mine.id from ${licenses} mine where mine.account_id = ${accountId} and mine.user_id = ${userId}
    union all
    select shared.id from ${licenses} shared
    where shared.account_id = ${accountId}
      and shared.additional_user_ids @> array[${userId}]::uuid[] and shared.additional_user_ids <> '{}'
    union all
    select ${licenseUserGroups.licenseId} from ${licenseUserGroups}
    join ${organizationUserGroupMembers}
      on ${organizationUserGroupMembers.accountId} = ${licenseUserGroups.accountId}
      and ${organizationUserGroupMembers.userGroupId} = ${licenseUserGroups.userGroupId}
    where ${organizationUserGroupMembers.accountId} = ${accountId}
      and ${organizationUserGroupMembers.userId} = ${userId})`
}
