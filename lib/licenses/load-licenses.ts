import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { products } from '#db/schema/products.ts'
import { users } from '#db/schema/users.ts'
import { seatsTaken } from '../activations/holds-seat.ts'
import { notFound } from '../errors.ts'
import { findUsers } from '../users/find-user.ts'
import type { LoadedLicense } from './license-dto.ts'

interface Selection {
  at: Date
  where: SQL | undefined
  orderBy?: SQL[]
  limit?: number
  offset?: number
}

/**
 * Licenses of the account with product, owner and the number of devices that hold a seat at that time. `where` may also
 * speak of `products` and `users`.
 */
export async function loadLicenses(
  db: Executor,
  accountId: string,
  { at, where, orderBy = [], limit = 1, offset = 0 }: Selection,
): Promise<LoadedLicense[]> {
  const rows = await db
    .select({
      license: licenses,
      product: { name: products.name, displayName: products.displayName },
      totalActivations: seatsTaken(at).mapWith(Number),
    })
    .from(licenses)
    .innerJoin(products, productOfLicense)
    .leftJoin(users, ownerOfLicense)
    .where(and(eq(licenses.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
  const ownerIds = rows.flatMap(({ license }) => license.userId ?? [])
  const owners = await findUsers(db, accountId, ownerIds)
  return rows.map((row) => ({ ...row, user: owners.get(row.license.userId ?? '') ?? null }))
}

/** How many there are of them. */
export async function countLicenses(
  db: Executor,
  accountId: string,
  where: SQL | undefined,
): Promise<number> {
  const [row] = await db
    .select({ total: sql`count(*)`.mapWith(Number) })
    .from(licenses)
    .innerJoin(products, productOfLicense)
    .leftJoin(users, ownerOfLicense)
    .where(and(eq(licenses.accountId, accountId), where))
  return row?.total ?? 0
}

/**
 * One license of the account, as it stands at that time.
 * @throws NOT_FOUND
 */
export async function loadLicense(
  db: Executor,
  accountId: string,
  id: string,
  at: Date,
): Promise<LoadedLicense> {
  const [found] = await loadLicenses(db, accountId, { at, where: eq(licenses.id, id) })
  if (!found) throw notFound('license')
  return found
}

/**
 * The row alone, locked until the transaction ends: read it so before changing it.
 * @throws NOT_FOUND
 */
export async function lockLicense(
  db: Executor,
  accountId: string,
  id: string,
): Promise<typeof licenses.$inferSelect> {
  const [row] = await db
    .select()
    .from(licenses)
    .where(and(eq(licenses.accountId, accountId), eq(licenses.id, id)))
    .for('update')
  if (!row) throw notFound('license')
  return row
}

export const productOfLicense = sql`${products.accountId} = ${licenses.accountId} and ${products.id} = ${licenses.productId}`
export const ownerOfLicense = sql`${users.accountId} = ${licenses.accountId} and ${users.id} = ${licenses.userId}`
