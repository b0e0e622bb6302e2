import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { entitlementSetFeatures, entitlementSets, features } from '#db/schema/entitlements.ts'
import { notFound } from '#lib/core/errors.ts'
import { NO_POSITION, type Placed, type Selection } from '#lib/core/list/order.ts'
import type { LoadedEntitlementSet } from './entitlement-set-dto.ts'

/** Entitlement sets of the account with their features. */
export async function loadEntitlementSets(
  db: Executor,
  accountId: string,
  selection: Selection,
): Promise<(LoadedEntitlementSet & Placed)[]> {
  const { where, orderBy = [], limit = 1, offset = 0, position = NO_POSITION } = selection
  const sets = await db
    .select({ set: entitlementSets, position })
    .from(entitlementSets)
    .where(and(eq(entitlementSets.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
  const bySet = await featuresOfSets(
    db,
    accountId,
    sets.map(({ set }) => set.id),
  )
  return sets.map(({ set, position }) => ({ set, position, features: bySet.get(set.id) ?? [] }))
}

/**
 * One entitlement set of the account.
 * @throws NOT_FOUND
 */
export async function loadEntitlementSet(
  db: Executor,
  accountId: string,
  id: string,
): Promise<LoadedEntitlementSet> {
  const [found] = await loadEntitlementSets(db, accountId, { where: eq(entitlementSets.id, id) })
  if (!found) throw notFound('entitlement set')
  return found
}

/** The features of several sets, sorted by name. */
export async function featuresOfSets(
  db: Executor,
  accountId: string,
  ids: readonly string[],
): Promise<Map<string, LoadedEntitlementSet['features']>> {
  const bySet = new Map<string, LoadedEntitlementSet['features']>()
  if (ids.length === 0) return bySet
  const rows = await db
    .select({
      setId: entitlementSetFeatures.entitlementSetId,
      featureId: features.id,
      name: features.name,
      displayName: features.displayName,
      value: entitlementSetFeatures.value,
    })
    .from(entitlementSetFeatures)
    .innerJoin(
      features,
      and(
        eq(features.accountId, entitlementSetFeatures.accountId),
        eq(features.id, entitlementSetFeatures.featureId),
      ),
    )
    .where(
      and(
        eq(entitlementSetFeatures.accountId, accountId),
        inArray(entitlementSetFeatures.entitlementSetId, [...new Set(ids)]),
      ),
    )
    .orderBy(asc(features.name))
  for (const { setId, ...feature } of rows) {
    const list = bySet.get(setId)
    if (list) list.push(feature)
    else bySet.set(setId, [feature])
  }
  return bySet
}
