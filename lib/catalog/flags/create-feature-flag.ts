import { featureFlags } from '#db/schema/product-versions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { lockProduct } from '../lock-references.ts'
import { type FeatureFlagDto, toFeatureFlagDto } from './feature-flag-dto.ts'
import type { CreateFeatureFlagInput } from './feature-flag-input.ts'

/**
 * Creates a feature flag of a product.
 * @throws INVALID_INPUT, CONFLICT when another of the product has the name
 */
export function createFeatureFlag(
  ctx: Authorized<'product:write'>,
  input: CreateFeatureFlagInput,
): Promise<FeatureFlagDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    await lockProduct(tx.db, tx.accountId, input.productId)
    const [row] = await tx.db
      .insert(featureFlags)
      .values({
        accountId: tx.accountId,
        id: newId(),
        productId: input.productId,
        name: input.name,
        description: input.description ?? '',
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [featureFlags.accountId, featureFlags.productId, featureFlags.name] })
      .returning()
    if (!row) throw nameTaken('feature flag of this product')
    recordEvent(tx, {
      event: 'feature-flag.created',
      resource: 'feature-flag',
      resourceId: row.id,
      changes: { name: row.name, productId: row.productId },
    })
    return toFeatureFlagDto(row)
  })
}
