import { and, eq } from 'drizzle-orm'
import { products } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { lockTemplate, lockTrialPolicy } from '../lock-references.ts'
import { loadProduct } from './load-products.ts'
import { type ProductDto, toProductDto } from './product-dto.ts'
import type { UpdateProductInput } from './product-input.ts'

/**
 * Changes a product. Another template counts for licenses made from now on.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when the name is taken
 */
export function updateProduct(
  ctx: Authorized<'product:write'>,
  id: string,
  input: UpdateProductInput,
): Promise<ProductDto> {
  return uniqueName('product', 'products_name', () =>
    inTransaction(ctx, async (tx) => {
      const now = tx.clock.now()
      const mine = and(eq(products.accountId, tx.accountId), eq(products.id, id))
      const [before] = await tx.db
        .select({ metadata: products.metadata })
        .from(products)
        .where(mine)
        .for('update')
      if (!before) throw notFound('product')
      const licenseTemplateId = input.licenseTemplateId ?? input.licensePolicyId
      if (licenseTemplateId) await lockTemplate(tx.db, tx.accountId, licenseTemplateId)
      if (input.trialPolicyId) await lockTrialPolicy(tx.db, tx.accountId, input.trialPolicyId)
      const changes = {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.displayName !== undefined && { displayName: input.displayName }),
        ...(input.description !== undefined && { description: input.description }),
        ...(licenseTemplateId && { licenseTemplateId }),
        ...(input.trialPolicyId !== undefined && { trialPolicyId: input.trialPolicyId }),
      }
      await tx.db
        .update(products)
        .set({
          ...changes,
          ...(input.metadata && { metadata: storeMetadata(input.metadata, before.metadata, now) }),
          updatedAt: now,
        })
        .where(mine)
      recordEvent(tx, {
        event: 'product.updated',
        resource: 'product',
        resourceId: id,
        changes: { ...changes, ...(input.metadata && { metadata: 'changed' }) },
      })
      return toProductDto(await loadProduct(tx.db, tx.accountId, id))
    }),
  )
}
