import { and, eq } from 'drizzle-orm'
import { featureFlags, productVersions } from '#db/schema/product-versions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { type FeatureFlagDto, toFeatureFlagDto } from './feature-flag-dto.ts'
import type { UpdateFeatureFlagInput } from './feature-flag-input.ts'
import { versionsWithFlag } from './versions-with-flag.ts'

/**
 * Changes a feature flag. Another name goes to every version of the product that has it.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when another of the product has the name
 */
export function updateFeatureFlag(
  ctx: Authorized<'product:write'>,
  id: string,
  input: UpdateFeatureFlagInput,
): Promise<FeatureFlagDto> {
  return uniqueName('feature flag of this product', 'feature_flags_name', () =>
    inTransaction(ctx, async (tx) => {
      const now = tx.clock.now()
      const mine = and(eq(featureFlags.accountId, tx.accountId), eq(featureFlags.id, id))
      const [before] = await tx.db.select().from(featureFlags).where(mine).for('update')
      if (!before) throw notFound('feature flag')
      const changes = {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.description !== undefined && { description: input.description }),
      }
      const [row] = await tx.db
        .update(featureFlags)
        .set({ ...changes, updatedAt: now })
        .where(mine)
        .returning()
      if (!row) throw notFound('feature flag')
      if (row.name !== before.name) {
        for (const version of await versionsWithFlag(tx.db, before)) {
          const flags = version.featureFlags.map((flag) =>
            flag.name === before.name ? { ...flag, name: row.name } : flag,
          )
          await tx.db
            .update(productVersions)
            .set({ featureFlags: flags, updatedAt: now })
            .where(and(eq(productVersions.accountId, tx.accountId), eq(productVersions.id, version.id)))
        }
      }
      recordEvent(tx, { event: 'feature-flag.updated', resource: 'feature-flag', resourceId: id, changes })
      return toFeatureFlagDto(row)
    }),
  )
}
