import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenseTemplates } from '#db/schema/products.ts'
import { users } from '#db/schema/users.ts'
import { lockProduct } from '#lib/catalog/lock-references.ts'
import type { LicenseRules } from '#lib/catalog/templates/rules.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { CreateLicenseInput } from './license-input.ts'

/** The origin of a new license. */
export interface LicenseOrigin {
  templateId: string
  keyPattern: string
  rules: LicenseRules
  /** What the license must be given. */
  requiredMetadataKeys: string[]
  requiredMeterAttributes: string[]
  /** Defaults that a request may replace. */
  entitlementSetId: string | null
  maintenancePolicyId: string | null
}

/**
 * Finds the template that a new license inherits from. Locks template, product and owner until the transaction ends.
 * @throws INVALID_INPUT naming the id that is unknown
 */
export async function findLicenseOrigin(
  db: Executor,
  accountId: string,
  input: CreateLicenseInput,
): Promise<LicenseOrigin> {
  const product = await lockProduct(db, accountId, input.productId)
  const named = input.licenseTemplateId ?? input.licensePolicyId
  const [template] = await db
    .select()
    .from(licenseTemplates)
    .where(
      and(
        eq(licenseTemplates.accountId, accountId),
        eq(licenseTemplates.id, named ?? product.licenseTemplateId),
      ),
    )
    .for('key share')
  if (!template) {
    throw fieldError(
      input.licenseTemplateId ? 'licenseTemplateId' : 'licensePolicyId',
      'there is no such license template',
    )
  }
  if (input.userId) await lockOwner(db, accountId, input.userId)
  const {
    accountId: _account,
    id,
    name: _name,
    keyPattern,
    createdAt: _c,
    updatedAt: _u,
    requiredMetadataKeys,
    requiredMeterAttributes,
    entitlementSetId,
    maintenancePolicyId,
    ...rules
  } = template
  return {
    templateId: id,
    keyPattern,
    rules,
    requiredMetadataKeys,
    requiredMeterAttributes,
    entitlementSetId,
    maintenancePolicyId,
  }
}

/**
 * Keeps the user from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such user
 */
export async function lockOwner(db: Executor, accountId: string, userId: string): Promise<void> {
  const [owner] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.accountId, accountId), eq(users.id, userId)))
    .for('key share')
  if (!owner) throw fieldError('userId', 'there is no such user')
}
