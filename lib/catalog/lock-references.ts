import { and, eq, inArray } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { entitlementSets } from '#db/schema/entitlements.ts'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import { organizations, resellers } from '#db/schema/organizations.ts'
import { productVersions } from '#db/schema/product-versions.ts'
import { licenseTemplates, products } from '#db/schema/products.ts'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import { organizationUserGroups } from '#db/schema/user-groups.ts'
import { users } from '#db/schema/users.ts'
import { fieldError } from '#lib/core/errors.ts'

/** The rows that a license refers to. Undefined and null refer to none. */
export interface References {
  organizationId?: string | null | undefined
  resellerId?: string | null | undefined
  productVersionId?: string | null | undefined
  entitlementSetId?: string | null | undefined
  maintenancePolicyId?: string | null | undefined
  additionalUserIds?: readonly string[] | undefined
}

/** The locked rows' values that callers need. */
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
    await lockOne(db, accountId, organizations, organizationId, {
      field: 'organizationId',
      noun: 'organization',
    })
  if (resellerId)
    await lockOne(db, accountId, resellers, resellerId, { field: 'resellerId', noun: 'reseller' })
  if (productVersionId) await lockVersion(db, accountId, license.productId, productVersionId)
  if (references.additionalUserIds) await lockUsers(db, accountId, references.additionalUserIds)
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
    await lockOne(db, accountId, entitlementSets, entitlementSetId, {
      field: 'entitlementSetId',
      noun: 'entitlement set',
    })
  }
  return {
    maintenanceInterval: maintenancePolicyId
      ? await lockMaintenancePolicy(db, accountId, maintenancePolicyId)
      : null,
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

/**
 * Keeps the template from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such template
 */
export function lockTemplate(db: Executor, accountId: string, id: string): Promise<void> {
  return lockOne(db, accountId, licenseTemplates, id, {
    field: 'licenseTemplateId',
    noun: 'license template',
  })
}

/**
 * Keeps the trial policy from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such trial policy
 */
export function lockTrialPolicy(db: Executor, accountId: string, id: string): Promise<void> {
  return lockOne(db, accountId, trialPolicies, id, { field: 'trialPolicyId', noun: 'trial policy' })
}

/**
 * Keeps the product from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such product
 */
export async function lockProduct(
  db: Executor,
  accountId: string,
  id: string,
): Promise<{ licenseTemplateId: string }> {
  const [product] = await db
    .select({ licenseTemplateId: products.licenseTemplateId })
    .from(products)
    .where(and(eq(products.accountId, accountId), eq(products.id, id)))
    .for('key share')
  if (!product) throw fieldError('productId', 'there is no such product')
  return product
}

/**
 * Makes sure that what a price points at exists, and stays until the transaction ends.
 * @throws INVALID_INPUT naming the field
 */
export async function lockPriceReferences(
  db: Executor,
  accountId: string,
  price: { productId?: string; licenseTemplateId?: string | null | undefined },
): Promise<void> {
  if (price.productId) await lockProduct(db, accountId, price.productId)
  if (price.licenseTemplateId) await lockTemplate(db, accountId, price.licenseTemplateId)
}

async function lockOne(
  db: Executor,
  accountId: string,
  table:
    | typeof organizations
    | typeof resellers
    | typeof entitlementSets
    | typeof licenseTemplates
    | typeof trialPolicies,
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

async function lockUsers(db: Executor, accountId: string, ids: readonly string[]): Promise<void> {
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

async function lockMaintenancePolicy(db: Executor, accountId: string, id: string): Promise<string> {
  const [policy] = await db
    .select({ interval: maintenancePolicies.interval })
    .from(maintenancePolicies)
    .where(and(eq(maintenancePolicies.accountId, accountId), eq(maintenancePolicies.id, id)))
    .for('key share')
  if (!policy) throw fieldError('maintenancePolicyId', 'there is no such maintenance policy')
  return policy.interval
}
