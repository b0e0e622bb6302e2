import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { products } from '#db/schema/products.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { keyLookUps } from '../licenses/license-key.ts'

/** Everything about a license that decides whether a device may use it and that its token says. */
export type LicenseFacts = Awaited<ReturnType<typeof selectFacts>>[number]
export type License = LicenseFacts['license']

/** The columns of `LicenseFacts`, for queries that join more. */
export const factColumns = {
  license: licenses,
  productMetadata: products.metadata,
  owner: {
    firstName: users.firstName,
    lastName: users.lastName,
    company: users.company,
    bannedAt: users.bannedAt,
    metadata: users.metadata,
  },
  ownerEmail: userIdentifiers.value,
}

/** How owner and product hang on a license. */
export const factJoins = {
  product: and(eq(products.accountId, licenses.accountId), eq(products.id, licenses.productId)),
  owner: and(eq(users.accountId, licenses.accountId), eq(users.id, licenses.userId)),
  ownerEmail: and(
    eq(userIdentifiers.accountId, licenses.accountId),
    eq(userIdentifiers.userId, licenses.userId),
    eq(userIdentifiers.kind, 'email'),
    eq(userIdentifiers.isPrimary, true),
  ),
}

/** The license with that key, locked until the transaction ends; nobody takes or frees a device of it meanwhile. */
export async function lockLicenseByKey(
  db: Executor,
  accountId: string,
  key: string,
): Promise<LicenseFacts | undefined> {
  const [found] = await selectFacts(
    db,
    and(eq(licenses.accountId, accountId), inArray(licenses.keyHash, keyLookUps(key))),
  ).for('update', { of: licenses })
  return found
}

/** The same by id. */
export async function lockLicense(
  db: Executor,
  accountId: string,
  id: string,
): Promise<LicenseFacts | undefined> {
  const [found] = await selectFacts(db, and(eq(licenses.accountId, accountId), eq(licenses.id, id))).for(
    'update',
    { of: licenses },
  )
  return found
}

/** Whether the key is the license's, under any of the installation's keys. */
export function isKeyOf(license: Pick<License, 'keyHash'>, key: string): boolean {
  return keyLookUps(key).includes(license.keyHash)
}

function selectFacts(db: Executor, where: SQL | undefined) {
  return db
    .select(factColumns)
    .from(licenses)
    .innerJoin(products, factJoins.product)
    .leftJoin(users, factJoins.owner)
    .leftJoin(userIdentifiers, factJoins.ownerEmail)
    .where(where)
}
