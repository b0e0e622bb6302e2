import { and, eq } from 'drizzle-orm'
import { productVersions } from '#db/schema/product-versions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { lockFlags } from './lock-flags.ts'
import { type ProductVersionDto, toProductVersionDto } from './product-version-dto.ts'
import type { UpdateProductVersionInput } from './product-version-input.ts'

/**
 * Changes a product version. Its licenses show it at their next sync.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when the name is taken
 */
export function updateProductVersion(
  ctx: Authorized<'product:write'>,
  id: string,
  input: UpdateProductVersionInput,
): Promise<ProductVersionDto> {
  return uniqueName('version of this product', 'product_versions_name', () =>
    inTransaction(ctx, async (tx) => {
      const mine = and(eq(productVersions.accountId, tx.accountId), eq(productVersions.id, id))
      const [before] = await tx.db
        .select({ accountId: productVersions.accountId, productId: productVersions.productId })
        .from(productVersions)
        .where(mine)
      if (!before) throw notFound('product version')
      // Locks flags before versions, in the order of a flag's renaming, so that there is no deadlock.
      if (input.featureFlags) await lockFlags(tx.db, before, input.featureFlags)
      const changes = {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.displayName !== undefined && { displayName: input.displayName }),
        ...(input.description !== undefined && { description: input.description }),
        ...(input.featureFlags !== undefined && { featureFlags: input.featureFlags }),
      }
      const [row] = await tx.db
        .update(productVersions)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(mine)
        .returning()
      if (!row) throw notFound('product version')
      recordEvent(tx, {
        event: 'product-version.updated',
        resource: 'product-version',
        resourceId: id,
        changes,
      })
      return toProductVersionDto(row)
    }),
  )
}
