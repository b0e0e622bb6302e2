import { eq, or, type SQL, sql } from 'drizzle-orm'
import { organizations } from '#db/schema/organizations.ts'
import { users } from '#db/schema/users.ts'

/** The users that a reseller brought: its own, and those of its organizations. A condition on `users`. */
export function usersOfReseller(resellerId: string): SQL | undefined {
  return or(
    eq(users.resellerId, resellerId),
    sql`${users.organizationId} in (
      select brought.id from ${organizations} brought
      where brought.account_id = ${users.accountId} and brought.reseller_id = ${resellerId})`,
  )
}
