import { and, eq, inArray } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { entitlementSets } from '#db/schema/entitlements.ts'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import { organizations, resellers } from '#db/schema/organizations.ts'
import { productVersions } from '#db/schema/product-versions.ts'
import { organizationUserGroups } from '#db/schema/user-groups.ts'
import { users } from '#db/schema/users.ts'
import { fieldError } from '#lib/core/errors.ts'

/** What a license may point at. Undefined and null point at nothing. */
export interface References {
  organizationId?: string | null | undefined
  resellerId?: string | null | undefined
  productVersionId?: string | null | undefined
  entitlementSetId?: string | null | undefined
  maintenancePolicyId?: string | null | undefined
  additionalUserIds?: readonly string[] | undefined
}

/** What is held, as far as others need to know. */
export interface Held {
  /** ISO 8601 interval of the maintenance policy. */
  maintenanceInterval: string | null
}

/**
 * Keeps everything that a license is to point at from being deleted until the transaction ends.
 * @throws INVALID_INPUT naming the first that the account does not have
 */
export async function lockReferences(
  db: Executor,
  accountId: string,
  license: { productId: string },
  references: References,
): Promise<Held> {
  const { organizationId, resellerId, productVersionId } = references
  if (organizationId)
    await holdOne(db, accountId, organizations, organizationId, {
      field: 'organizationId',
      noun: 'organization',
    })
  if (resellerId)
    await holdOne(db, accountId, resellers, resellerId, { field: 'resellerId', noun: 'reseller' })
  if (productVersionId) await lockVersion(db, accountId, license.productId, productVersionId)
  if (references.additionalUserIds) await holdUsers(db, accountId, references.additionalUserIds)
  return lockSources(db, accountId, references)
}

/**
 * The same for what templates point at as well: entitlement set and maintenance policy.
 * @throws INVALID_INPUT naming the first that the account does not have
 */
export async function lockSources(
  db: Executor,
  accountId: string,
  { entitlementSetId, maintenancePolicyId }: Pick<References, 'entitlementSetId' | 'maintenancePolicyId'>,
): Promise<Held> {
  if (entitlementSetId) {
    await holdOne(db, accountId, entitlementSets, entitlementSetId, {
      field: 'entitlementSetId',
      noun: 'entitlement set',
    })
  }
  return {
    maintenanceInterval: maintenancePolicyId ? await holdPolicy(db, accountId, maintenancePolicyId) : null,
  }
}

/**
 * Keeps the user groups of a license's organization until the transaction ends.
 * @throws INVALID_INPUT naming the first that is unknown or of another organization
 */
export async function lockUserGroups(
  db: Executor,
  accountId: string,
  organizationId: string | null,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return
  const known = await db
    .select({ id: organizationUserGroups.id, organizationId: organizationUserGroups.organizationId })
    .from(organizationUserGroups)
    .where(
      and(
        eq(organizationUserGroups.accountId, accountId),
        inArray(organizationUserGroups.id, [...new Set(ids)]),
      ),
    )
    .orderBy(organizationUserGroups.id)
    .for('key share')
  const wrong = ids.findIndex(
    (id) => !known.some((group) => group.id === id && group.organizationId === organizationId),
  )
  if (wrong < 0) return
  throw fieldError(
    `userGroupIds[${wrong}]`,
    organizationId
      ? "the license's organization has no such user group"
      : 'only a license of an organization is seen by user groups',
  )
}

async function holdOne(
  db: Executor,
  accountId: string,
  table: typeof organizations | typeof resellers | typeof entitlementSets,
  id: string,
  { field, noun }: { field: string; noun: string },
): Promise<void> {
  const [row] = await db
    .select({ id: table.id })
    .from(table)
    .where(and(eq(table.accountId, accountId), eq(table.id, id)))
    .for('key share')
  if (!row) throw fieldError(field, `there is no such ${noun}`)
}

async function lockVersion(db: Executor, accountId: string, productId: string, id: string): Promise<void> {
  const [version] = await db
    .select({ productId: productVersions.productId })
    .from(productVersions)
    .where(and(eq(productVersions.accountId, accountId), eq(productVersions.id, id)))
    .for('key share')
  if (version?.productId !== productId) {
    throw fieldError('productVersionId', 'the product has no such version')
  }
}

async function holdUsers(db: Executor, accountId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const known = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.accountId, accountId), inArray(users.id, [...new Set(ids)])))
    .orderBy(users.id)
    .for('key share')
  const ofAccount = new Set(known.map(({ id }) => id))
  const missing = ids.findIndex((id) => !ofAccount.has(id))
  if (missing >= 0) throw fieldError(`additionalUserIds[${missing}]`, 'there is no such user')
}

async function holdPolicy(db: Executor, accountId: string, id: string): Promise<string> {
  const [policy] = await db
    .select({ interval: maintenancePolicies.interval })
    .from(maintenancePolicies)
    .where(and(eq(maintenancePolicies.accountId, accountId), eq(maintenancePolicies.id, id)))
    .for('key share')
  if (!policy) throw fieldError('maintenancePolicyId', 'there is no such maintenance policy')
  return policy.interval
}
