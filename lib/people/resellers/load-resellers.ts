import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { organizations, resellers } from '#db/schema/organizations.ts'
import { users } from '#db/schema/users.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError, notFound } from '#lib/core/errors.ts'
import { NO_POSITION, type Placed, type Selection } from '#lib/core/list/order.ts'
import type { LoadedReseller } from './reseller-dto.ts'

/** The table's name is written out: in a SELECT from one table drizzle drops it, and a subquery would read `id` as its own. */
const outer = { accountId: sql`${resellers}.account_id`, id: sql`${resellers}.id` }

/** Resellers of the account with the number of what they brought. */
export async function loadResellers(
  db: Executor,
  accountId: string,
  selection: Selection,
): Promise<(LoadedReseller & Placed)[]> {
  const { where, orderBy = [], limit = 1, offset = 0, position = NO_POSITION } = selection
  return db
    .select({
      position,
      reseller: resellers,
      totalUsers: sql`(
        select count(*) from ${users}
        where ${users}.account_id = ${outer.accountId} and ${users}.reseller_id = ${outer.id})`.mapWith(
        Number,
      ),
      totalOrganizations: sql`(
        select count(*) from ${organizations}
        where ${organizations}.account_id = ${outer.accountId} and ${organizations}.reseller_id = ${outer.id})`.mapWith(
        Number,
      ),
      totalLicenses: sql`(
        select count(*) from ${licenses}
        where ${licenses}.account_id = ${outer.accountId} and ${licenses}.reseller_id = ${outer.id})`.mapWith(
        Number,
      ),
    })
    .from(resellers)
    .where(and(eq(resellers.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
}

/**
 * One reseller of the account.
 * @throws NOT_FOUND
 */
export async function loadReseller(db: Executor, accountId: string, id: string): Promise<LoadedReseller> {
  const [found] = await loadResellers(db, accountId, { where: eq(resellers.id, id) })
  if (!found) throw notFound('reseller')
  return found
}

/**
 * Keeps the reseller from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such reseller
 */
export async function lockReseller(ctx: Ctx, id: string): Promise<void> {
  const [reseller] = await ctx.db
    .select({ id: resellers.id })
    .from(resellers)
    .where(and(eq(resellers.accountId, ctx.accountId), eq(resellers.id, id)))
    .for('key share')
  if (!reseller) throw fieldError('resellerId', 'there is no such reseller')
}

/** The users that a reseller brought: its own, and those of its organizations. A condition on `users`. */
export function usersOfReseller(resellerId: string): SQL | undefined {
  return or(
    eq(users.resellerId, resellerId),
    sql`${users.organizationId} in (
      select brought.id from ${organizations} brought
      where brought.account_id = ${users.accountId} and brought.reseller_id = ${resellerId})`,
  )
}
