import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { entitlementSetFeatures, entitlementSets, features } from '#db/schema/entitlements.ts'
import { licenseEntitlements } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import { organizations, type PostalAddress } from '#db/schema/organizations.ts'
import { productVersions, type VersionFeatureFlag } from '#db/schema/product-versions.ts'
import { products, signingKeys } from '#db/schema/products.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { type EffectiveEntitlement, mergeEntitlements } from '#lib/catalog/features/effective-entitlements.ts'
import type { Ctx } from '#lib/core/context.ts'
import { findTypedKey } from '../licenses/find-typed-key.ts'
import { keyLookUps } from '../licenses/license-key.ts'

/** The facts of a license that decide whether a device may use it, and those that its token holds. */
export type LicenseFacts = Awaited<ReturnType<typeof selectFacts>>[number]
export type License = LicenseFacts['license']

/** An entitlement as the database writes it into JSON. */
interface EntitlementJson {
  featureName: string
  featureDisplayName: string
  value: string
  expiresAt: string | null
}

interface OrganizationJson {
  name: string
  address: PostalAddress | null
}

interface EntitlementSetJson {
  name: string
  displayName: string
}

interface ProductVersionJson {
  name: string
  displayName: string
  featureFlags: VersionFeatureFlag[]
}

/**
 * What a license's set and the license itself entitle to. The table's name is written out, because drizzle drops it in a query
 * of one table. Subqueries run only if the license names a set: most licenses have none, and a join would cost all of them.
 */
export const entitlementColumns = {
  setEntitlements: sql<EntitlementJson[]>`case when licenses.entitlement_set_id is null then '[]' else (
    select coalesce(jsonb_agg(jsonb_build_object('featureName', f.name, 'featureDisplayName', f.display_name,
      'value', sf.value, 'expiresAt', null)), '[]')
    from ${entitlementSetFeatures} as sf
    join ${features} as f on f.account_id = sf.account_id and f.id = sf.feature_id
    where sf.account_id = licenses.account_id and sf.entitlement_set_id = licenses.entitlement_set_id) end`,
  ownEntitlements: sql<EntitlementJson[]>`(
    select coalesce(jsonb_agg(jsonb_build_object('featureName', f.name, 'featureDisplayName', f.display_name,
      'value', le.value, 'expiresAt', le.expires_at)), '[]')
    from ${licenseEntitlements} as le
    join ${features} as f on f.account_id = le.account_id and f.id = le.feature_id
    where le.account_id = licenses.account_id and le.license_id = licenses.id)`,
}

/** Columns that neither decide nor stand in the token are left out: columns are the largest cost of these statements. */
const {
  licenseTemplateId: _licenseTemplateId,
  resellerId: _resellerId,
  externalUserIds: _externalUserIds,
  maintenancePolicyId: _maintenancePolicyId,
  sealedKey: _sealedKey,
  keyCanonicalHash: _keyCanonicalHash,
  keyTail: _keyTail,
  keyPrefix: _keyPrefix,
  expiredEventFor: _expiredEventFor,
  expiringSoonEventFor: _expiringSoonEventFor,
  maintenanceExpiredEventFor: _maintenanceExpiredEventFor,
  maintenanceExpiringSoonEventFor: _maintenanceExpiringSoonEventFor,
  notes: _notes,
  tags: _tags,
  creationHash: _creationHash,
  updatedAt: _updatedAt,
  ...licenseColumns
} = getTableColumns(licenses)

/** The columns of `LicenseFacts`, for queries that join more. */
export const factColumns = {
  license: licenseColumns,
  productMetadata: products.metadata,
  owner: {
    firstName: users.firstName,
    lastName: users.lastName,
    company: users.company,
    bannedAt: users.bannedAt,
    metadata: users.metadata,
  },
  ownerEmail: userIdentifiers.value,
  organization: sql<OrganizationJson | null>`case when licenses.organization_id is not null then (
    select jsonb_build_object('name', o.name, 'address', o.address)
    from ${organizations} as o
    where o.account_id = licenses.account_id and o.id = licenses.organization_id) end`,
  productVersion: sql<ProductVersionJson | null>`case when licenses.product_version_id is not null then (
    select jsonb_build_object('name', v.name, 'displayName', v.display_name, 'featureFlags', v.feature_flags)
    from ${productVersions} as v
    where v.account_id = licenses.account_id and v.id = licenses.product_version_id) end`,
  entitlementSet: sql<EntitlementSetJson | null>`case when licenses.entitlement_set_id is not null then (
    select jsonb_build_object('name', s.name, 'displayName', s.display_name)
    from ${entitlementSets} as s
    where s.account_id = licenses.account_id and s.id = licenses.entitlement_set_id) end`,
  ...entitlementColumns,
  /** The key that signs the product's tokens now; null for a product that has none. */
  signingKid: sql<string | null>`(
    select k.id from ${signingKeys} as k
    where k.account_id = ${licenses.accountId} and k.product_id = ${licenses.productId}
      and k.algorithm = 'RS256' and k.retired_at is null
    order by k.created_at desc, k.id desc limit 1)`,
}

/** The joins of owner, product and the rest. */
export const factJoins = {
  product: and(eq(products.accountId, licenses.accountId), eq(products.id, licenses.productId)),
  owner: and(eq(users.accountId, licenses.accountId), eq(users.id, licenses.userId)),
  ownerEmail: and(
    eq(userIdentifiers.accountId, licenses.accountId),
    eq(userIdentifiers.userId, licenses.userId),
    // Written-out values, not parameters: otherwise a cached plan cannot use the partial index, and PostgreSQL plans anew each
    // time.
    sql`${userIdentifiers.kind} = 'email'`,
    sql`${userIdentifiers.isPrimary}`,
  ),
  organization: and(
    eq(organizations.accountId, licenses.accountId),
    eq(organizations.id, licenses.organizationId),
  ),
}

/** What the license allows at that moment; undefined if it never had an entitlement. */
export function entitlementsOf(
  {
    license,
    setEntitlements,
    ownEntitlements,
  }: Pick<LicenseFacts, 'setEntitlements' | 'ownEntitlements'> & {
    license: Pick<License, 'entitlementSetId'>
  },
  at: Date,
): EffectiveEntitlement[] | undefined {
  if (!license.entitlementSetId && ownEntitlements.length === 0) return undefined
  return mergeEntitlements(setEntitlements.map(fromJson), ownEntitlements.map(fromJson), at)
}

function fromJson(entry: EntitlementJson): EffectiveEntitlement {
  return { ...entry, expiresAt: entry.expiresAt === null ? null : new Date(entry.expiresAt) }
}

/** The license with that key, locked until the transaction ends; nobody takes or frees a device of it meanwhile. */
export async function lockLicenseByKey(
  db: Executor,
  accountId: string,
  key: string,
): Promise<LicenseFacts | undefined> {
  // One hash, or several while a secret is being rotated.
  for (const keyHash of keyLookUps(key)) {
    const [found] = await lockByKey(db).execute({ accountId, keyHash })
    if (found) return found
  }
  return undefined
}

/** The same by id. */
export async function lockLicense(
  db: Executor,
  accountId: string,
  id: string,
): Promise<LicenseFacts | undefined> {
  const [found] = await lockById(db).execute({ accountId, id })
  return found
}

const ofAccount = eq(licenses.accountId, sql.placeholder('accountId'))

const lockByKey = preparedOnce((db) =>
  selectFacts(db, and(ofAccount, eq(licenses.keyHash, sql.placeholder('keyHash'))))
    .for('update', { of: licenses })
    .prepare('lock_license_by_key'),
)

const lockById = preparedOnce((db) =>
  selectFacts(db, and(ofAccount, eq(licenses.id, sql.placeholder('id'))))
    .for('update', { of: licenses })
    .prepare('lock_license'),
)

/**
 * The key as it was issued, where it proves a device of the license: its own, or one that it had before and still honors, as
 * people type it. Undefined for any other key. The exact key needs no statement.
 */
export async function provenKey(
  ctx: Ctx,
  license: Pick<License, 'id' | 'keyHash'>,
  typed: string,
  { former = true }: { former?: boolean } = {},
): Promise<string | undefined> {
  if (keyLookUps(typed).includes(license.keyHash)) return typed
  const found = await findTypedKey(ctx.db, ctx.accountId, typed, ctx.clock.now())
  return found?.licenseId === license.id && (former || !found.isFormer) ? found.key : undefined
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
