import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenseTemplates, products } from '#db/schema/products.ts'
import { users } from '#db/schema/users.ts'
import { fieldError } from '../errors.ts'
import type { LicenseRules } from '../templates/rules.ts'
import type { CreateLicenseInput } from './license-input.ts'

/** What a new license comes from. */
export interface LicenseOrigin {
  templateId: string
  keyPattern: string
  rules: LicenseRules
}

/**
 * Finds the template that a new license inherits from, and holds it, product and owner until the transaction ends.
 * @throws INVALID_INPUT naming the id that is unknown
 */
export async function findLicenseOrigin(
  db: Executor,
  accountId: string,
  input: CreateLicenseInput,
): Promise<LicenseOrigin> {
  const [product] = await db
    .select({ licenseTemplateId: products.licenseTemplateId })
    .from(products)
    .where(and(eq(products.accountId, accountId), eq(products.id, input.productId)))
    .for('key share')
  if (!product) throw fieldError('productId', 'there is no such product')
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
  if (input.userId) await holdOwner(db, accountId, input.userId)
  const {
    accountId: _account,
    id,
    name: _name,
    keyPattern,
    createdAt: _c,
    updatedAt: _u,
    ...rules
  } = template
  return { templateId: id, keyPattern, rules }
}

/**
 * Keeps the user from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such user
 */
export async function holdOwner(db: Executor, accountId: string, userId: string): Promise<void> {
  const [owner] = await db
    .select({ id: users.id })
    .from(users)
    .where(and(eq(users.accountId, accountId), eq(users.id, userId)))
    .for('key share')
  if (!owner) throw fieldError('userId', 'there is no such user')
}
