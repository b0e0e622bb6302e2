import { entitlementSetFeatures, entitlementSets } from '#db/schema/entitlements.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { type EntitlementSetDto, toEntitlementSetDto } from './entitlement-set-dto.ts'
import type { CreateEntitlementSetInput } from './entitlement-set-input.ts'
import { loadEntitlementSet } from './load-entitlement-sets.ts'
import { lockFeatures } from './lock-features.ts'

/**
 * Creates an entitlement set with its features.
 * @throws INVALID_INPUT, CONFLICT when the name is taken
 */
export function createEntitlementSet(
  ctx: Authorized<'entitlementSet:write'>,
  input: CreateEntitlementSetInput,
): Promise<EntitlementSetDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const { accountId } = tx
    const entries = input.features ?? []
    const featureIds = await lockFeatures(tx.db, accountId, entries, 'features')
    const id = newId()
    const made = await tx.db
      .insert(entitlementSets)
      .values({
        accountId,
        id,
        name: input.name,
        displayName: input.displayName ?? input.name,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [entitlementSets.accountId, entitlementSets.name] })
      .returning({ id: entitlementSets.id })
    if (made.length === 0) throw nameTaken('entitlement set')
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
    recordEvent(tx, {
      event: 'entitlement-set.created',
      resource: 'entitlement-set',
      resourceId: id,
      changes: { name: input.name, features: featureIds },
    })
    return toEntitlementSetDto(await loadEntitlementSet(tx.db, accountId, id))
  })
}
