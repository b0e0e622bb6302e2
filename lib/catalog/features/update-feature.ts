import { and, eq } from 'drizzle-orm'
import { features } from '#db/schema/entitlements.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { type FeatureDto, toFeatureDto } from './feature-dto.ts'
import type { UpdateFeatureInput } from './feature-input.ts'

/**
 * Changes a feature. Another name is what applications must ask for from then on.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when the name is taken
 */
export function updateFeature(
  ctx: Authorized<'feature:write'>,
  id: string,
  input: UpdateFeatureInput,
): Promise<FeatureDto> {
  return uniqueName('feature', 'features_name', () =>
    inTransaction(ctx, async (tx) => {
      const mine = and(eq(features.accountId, tx.accountId), eq(features.id, id))
      const [before] = await tx.db.select().from(features).where(mine).for('update')
      if (!before) throw notFound('feature')
      const changes = {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.displayName !== undefined && { displayName: input.displayName }),
        ...(input.description !== undefined && { description: input.description }),
      }
      const [row] = await tx.db
        .update(features)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(mine)
        .returning()
      if (!row) throw notFound('feature')
      recordEvent(tx, {
        event: 'feature.updated',
        resource: 'feature',
        resourceId: id,
        changes,
      })
      return toFeatureDto(row)
    }),
  )
}
