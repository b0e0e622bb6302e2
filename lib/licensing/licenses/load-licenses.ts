import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { entitlementSets } from '#db/schema/entitlements.ts'
import { licenses } from '#db/schema/licenses.ts'
import { organizations, resellers } from '#db/schema/organizations.ts'
import { productVersions } from '#db/schema/product-versions.ts'
import { products } from '#db/schema/products.ts'
import { notFound } from '#lib/core/errors.ts'
import { isAnyOf } from '#lib/core/list/to-sql.ts'
import { findUsers } from '#lib/people/users/find-user.ts'
import { countedActivations } from '../activations/holds-seat.ts'
import type { LoadedLicense } from './license-dto.ts'
import { loadParts } from './load-parts.ts'

interface Selection {
  at: Date
  where: SQL | undefined
  orderBy?: SQL[]
  limit?: number
  offset?: number
}

/**
 * Licenses of the account with everything that their answers need, devices counted as of that time. `where` and `orderBy`
 * speak of `licenses` alone.
 */
export async function loadLicenses(
  db: Executor,
  accountId: string,
  { at, where, orderBy = [], limit = 1, offset = 0 }: Selection,
): Promise<LoadedLicense[]> {
  // Finds the page by id first: rows are wide, and an index in the right order need not fetch skipped ones.
  const page = await db
    .select({ id: licenses.id })
    .from(licenses)
    .where(and(eq(licenses.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
  return loadLicensesById(
    db,
    accountId,
    page.map(({ id }) => id),
    at,
  )
}

/** The licenses of these ids, in their order; unknown ones are left out. */
export async function loadLicensesById(
  db: Executor,
  accountId: string,
  ids: readonly string[],
  at: Date,
): Promise<LoadedLicense[]> {
  if (ids.length === 0) return []
  const rows = await selectLicenses(db).execute({ accountId, ids: [...ids], now: at.toISOString() })
  const [owners, partsOf] = await Promise.all([
    findUsers(
      db,
      accountId,
      rows.flatMap(({ license }) => license.userId ?? []),
    ),
    loadParts(
      db,
      accountId,
      rows.map(({ license }) => license),
    ),
  ])
  const byId = new Map(rows.map((row) => [row.license.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    if (!row) return []
    return { ...row, ...partsOf(row.license), user: owners.get(row.license.userId ?? '') ?? null }
  })
}

/** Prepared, because planning its joins takes as long as running it. */
const selectLicenses = preparedOnce((db) =>
  db
    .select({
      license: licenses,
      product: { name: products.name, displayName: products.displayName },
      organization: organizations,
      reseller: resellers,
      productVersion: {
        id: productVersions.id,
        name: productVersions.name,
        displayName: productVersions.displayName,
      },
      entitlementSet: {
        id: entitlementSets.id,
        name: entitlementSets.name,
        displayName: entitlementSets.displayName,
      },
      totalActivations: countedActivations(sql.placeholder('now')).mapWith(Number),
    })
    .from(licenses)
    .innerJoin(products, productOfLicense)
    .leftJoin(
      organizations,
      and(eq(organizations.accountId, licenses.accountId), eq(organizations.id, licenses.organizationId)),
    )
    .leftJoin(
      resellers,
      and(eq(resellers.accountId, licenses.accountId), eq(resellers.id, licenses.resellerId)),
    )
    .leftJoin(
      productVersions,
      and(
        eq(productVersions.accountId, licenses.accountId),
        eq(productVersions.id, licenses.productVersionId),
      ),
    )
    .leftJoin(
      entitlementSets,
      and(
        eq(entitlementSets.accountId, licenses.accountId),
        eq(entitlementSets.id, licenses.entitlementSetId),
      ),
    )
    .where(
      and(eq(licenses.accountId, sql.placeholder('accountId')), isAnyOf(licenses.id, sql.placeholder('ids'))),
    )
    .prepare('licenses_by_id'),
)

/** How many there are of them. */
export function countLicenses(db: Executor, accountId: string, where: SQL | undefined): Promise<number> {
  return db.$count(licenses, and(eq(licenses.accountId, accountId), where))
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
  const [found] = await loadLicensesById(db, accountId, [id], at)
  if (!found) throw notFound('license')
  return found
}

/**
 * The row alone, locked until the transaction ends: read it so before changing it.
 * @throws NOT_FOUND
 */
export async function lockLicenseRow(
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

const productOfLicense = sql`${products.accountId} = ${licenses.accountId} and ${products.id} = ${licenses.productId}`
