import { productVersions } from '#db/schema/product-versions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { lockProduct } from '../lock-references.ts'
import { lockFlags } from './lock-flags.ts'
import { type ProductVersionDto, toProductVersionDto } from './product-version-dto.ts'
import type { CreateProductVersionInput } from './product-version-input.ts'

/**
 * Creates a version of a product.
 * @throws INVALID_INPUT, CONFLICT when another of the product has the name
 */
export function createProductVersion(
  ctx: Authorized<'product:write'>,
  input: CreateProductVersionInput,
): Promise<ProductVersionDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const { productId, featureFlags = [] } = input
    await lockProduct(tx.db, tx.accountId, productId)
    await lockFlags(tx.db, { accountId: tx.accountId, productId }, featureFlags)
    const [row] = await tx.db
      .insert(productVersions)
      .values({
        accountId: tx.accountId,
        id: newId(),
        productId,
        name: input.name,
        displayName: input.displayName ?? input.name,
        description: input.description ?? '',
        featureFlags,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({
        target: [productVersions.accountId, productVersions.productId, productVersions.name],
      })
      .returning()
    if (!row) throw nameTaken('version of this product')
    recordEvent(tx, {
      event: 'product-version.created',
      resource: 'product-version',
      resourceId: row.id,
      changes: { name: row.name, productId },
    })
    return toProductVersionDto(row)
  })
}
