import { products } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { generateProductKeyPair, storeProductKey } from '#lib/vendor/signing/create-product-key.ts'
import { lockTemplate, lockTrialPolicy } from '../lock-references.ts'
import { loadProduct } from './load-products.ts'
import { type ProductDto, toProductDto } from './product-dto.ts'
import type { CreateProductInput } from './product-input.ts'

/**
 * Creates a product together with the RSA key pair that signs its activation tokens.
 * @throws INVALID_INPUT, CONFLICT when the name is taken
 */
export async function createProduct(
  ctx: Authorized<'product:write'>,
  input: CreateProductInput,
): Promise<ProductDto> {
  const licenseTemplateId = input.licenseTemplateId ?? input.licensePolicyId
  if (!licenseTemplateId) throw fieldError('licenseTemplateId', 'an id (UUID) is expected')
  const pair = await generateProductKeyPair()
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    await lockTemplate(tx.db, tx.accountId, licenseTemplateId)
    if (input.trialPolicyId) await lockTrialPolicy(tx.db, tx.accountId, input.trialPolicyId)
    const id = newId()
    const made = await tx.db
      .insert(products)
      .values({
        accountId: tx.accountId,
        id,
        name: input.name,
        displayName: input.displayName ?? input.name,
        description: input.description ?? '',
        licenseTemplateId,
        trialPolicyId: input.trialPolicyId ?? null,
        metadata: storeMetadata(input.metadata ?? [], [], now),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [products.accountId, products.name] })
      .returning({ id: products.id })
    if (made.length === 0) throw nameTaken('product')
    await storeProductKey(tx.db, { accountId: tx.accountId, productId: id, at: now }, pair)
    recordEvent(tx, {
      event: 'product.created',
      resource: 'product',
      resourceId: id,
      changes: { name: input.name, licenseTemplateId },
    })
    return toProductDto(await loadProduct(tx.db, tx.accountId, id))
  })
}
