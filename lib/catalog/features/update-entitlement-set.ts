import { and, eq } from 'drizzle-orm'
import { entitlementSetFeatures, entitlementSets } from '#db/schema/entitlements.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { type EntitlementSetDto, toEntitlementSetDto } from './entitlement-set-dto.ts'
import type { UpdateEntitlementSetInput } from './entitlement-set-input.ts'
import { loadEntitlementSet } from './load-entitlement-sets.ts'
import { lockFeatures } from './lock-features.ts'

/**
 * Changes an entitlement set; features that are sent take the place of all it had. Its licenses have them at once.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when the name is taken
 */
export function updateEntitlementSet(
  ctx: Authorized<'entitlementSet:write'>,
  id: string,
  input: UpdateEntitlementSetInput,
): Promise<EntitlementSetDto> {
  return uniqueName('entitlement set', 'entitlement_sets_name', () =>
    inTransaction(ctx, async (tx) => {
      const { accountId } = tx
      const mine = and(eq(entitlementSets.accountId, accountId), eq(entitlementSets.id, id))
      const [before] = await tx.db
        .select({ id: entitlementSets.id })
        .from(entitlementSets)
        .where(mine)
        .for('update')
      if (!before) throw notFound('entitlement set')
      const changes = {
        ...(input.name !== undefined && { name: input.name }),
        ...(input.displayName !== undefined && { displayName: input.displayName }),
      }
      await tx.db
        .update(entitlementSets)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(mine)
      const entries = input.features
      const featureIds = entries && (await lockFeatures(tx.db, accountId, entries, 'features'))
      if (featureIds) {
        await tx.db
          .delete(entitlementSetFeatures)
          .where(
            and(
              eq(entitlementSetFeatures.accountId, accountId),
              eq(entitlementSetFeatures.entitlementSetId, id),
            ),
          )
        if (featureIds.length > 0) {
          await tx.db.insert(entitlementSetFeatures).values(
            featureIds.map((featureId, index) => ({
              accountId,
              entitlementSetId: id,
              featureId,
              value: entries[index]?.value ?? '',
            })),
          )
        }
      }
      recordEvent(tx, {
        event: 'entitlement-set.updated',
        resource: 'entitlement-set',
        resourceId: id,
        changes: { ...changes, ...(featureIds && { features: featureIds }) },
      })
      return toEntitlementSetDto(await loadEntitlementSet(tx.db, accountId, id))
    }),
  )
}
