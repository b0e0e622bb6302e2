import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { organizations } from '#db/schema/organizations.ts'
import { users } from '#db/schema/users.ts'
import { notFound } from '#lib/core/errors.ts'
import { NO_POSITION, type Placed, type Selection } from '#lib/core/list/order.ts'
import type { LoadedOrganization } from './organization-dto.ts'

/** The table's name is written out: in a SELECT from one table drizzle drops it, and a subquery would read `id` as its own. */
const outer = { accountId: sql`${organizations}.account_id`, id: sql`${organizations}.id` }

/** Organizations of the account with the number of their users and licenses. */
export async function loadOrganizations(
  db: Executor,
  accountId: string,
  selection: Selection,
): Promise<(LoadedOrganization & Placed)[]> {
  const { where, orderBy = [], limit = 1, offset = 0, position = NO_POSITION } = selection
  return db
    .select({
      position,
      organization: organizations,
      totalUsers: sql`(
        select count(*) from ${users}
        where ${users}.account_id = ${outer.accountId} and ${users}.organization_id = ${outer.id})`.mapWith(
        Number,
      ),
      totalLicenses: sql`(
        select count(*) from ${licenses}
        where ${licenses}.account_id = ${outer.accountId} and ${licenses}.organization_id = ${outer.id})`.mapWith(
        Number,
      ),
    })
    .from(organizations)
    .where(and(eq(organizations.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
}

/**
 * One organization of the account.
 * @throws NOT_FOUND
 */
export async function loadOrganization(
  db: Executor,
  accountId: string,
  id: string,
): Promise<LoadedOrganization> {
  const [found] = await loadOrganizations(db, accountId, { where: eq(organizations.id, id) })
  if (!found) throw notFound('organization')
  return found
}
