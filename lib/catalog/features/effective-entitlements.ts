import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { entitlementSetFeatures, features } from '#db/schema/entitlements.ts'
import { licenseEntitlements } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'

/** One thing that a license allows. */
export interface EffectiveEntitlement {
  featureName: string
  featureDisplayName: string
  value: string
  /** Null: as long as the license. */
  expiresAt: Date | null
}

type LicenseRef = string | { id: string; entitlementSetId: string | null }

/**
 * What a license allows at that moment, by name: the features of its entitlement set, and its own, which override the set's.
 * An own entitlement that has ended gives way to the set's value again. Nothing for a license that is not there.
 */
export async function effectiveEntitlements(
  db: Executor,
  accountId: string,
  license: LicenseRef,
  at: Date,
): Promise<EffectiveEntitlement[]> {
  const id = typeof license === 'string' ? license : license.id
  const ofSet =
    typeof license === 'string'
      ? setOfLicense(db, accountId, id)
      : license.entitlementSetId
        ? featuresOfSet(db, accountId, license.entitlementSetId)
        : []
  const [inherited, own] = await Promise.all([ofSet, ownEntitlements(db, accountId, id)])
  return mergeEntitlements(inherited, own, at)
}

/** The rule alone: own entitlements that have not ended over those of the set, sorted by name. */
export function mergeEntitlements(
  inherited: readonly EffectiveEntitlement[],
  own: readonly EffectiveEntitlement[],
  at: Date,
): EffectiveEntitlement[] {
  const byName = new Map(inherited.map((entry) => [entry.featureName, entry]))
  for (const entry of own) {
    if (entry.expiresAt === null || entry.expiresAt > at) byName.set(entry.featureName, entry)
  }
  return [...byName.values()].sort((a, b) => (a.featureName < b.featureName ? -1 : 1))
}

async function featuresOfSet(
  db: Executor,
  accountId: string,
  entitlementSetId: string,
): Promise<EffectiveEntitlement[]> {
  const rows = await db
    .select({
      featureName: features.name,
      featureDisplayName: features.displayName,
      value: entitlementSetFeatures.value,
    })
    .from(entitlementSetFeatures)
    .innerJoin(features, featureOfSet)
    .where(
      and(
        eq(entitlementSetFeatures.accountId, accountId),
        eq(entitlementSetFeatures.entitlementSetId, entitlementSetId),
      ),
    )
  return rows.map((row) => ({ ...row, expiresAt: null }))
}

async function setOfLicense(
  db: Executor,
  accountId: string,
  licenseId: string,
): Promise<EffectiveEntitlement[]> {
  const rows = await db
    .select({
      featureName: features.name,
      featureDisplayName: features.displayName,
      value: entitlementSetFeatures.value,
    })
    .from(licenses)
    .innerJoin(
      entitlementSetFeatures,
      and(
        eq(entitlementSetFeatures.accountId, licenses.accountId),
        eq(entitlementSetFeatures.entitlementSetId, licenses.entitlementSetId),
      ),
    )
    .innerJoin(features, featureOfSet)
    .where(and(eq(licenses.accountId, accountId), eq(licenses.id, licenseId)))
  return rows.map((row) => ({ ...row, expiresAt: null }))
}

function ownEntitlements(
  db: Executor,
  accountId: string,
  licenseId: string,
): Promise<EffectiveEntitlement[]> {
  return db
    .select({
      featureName: features.name,
      featureDisplayName: features.displayName,
      value: licenseEntitlements.value,
      expiresAt: licenseEntitlements.expiresAt,
    })
    .from(licenseEntitlements)
    .innerJoin(
      features,
      and(
        eq(features.accountId, licenseEntitlements.accountId),
        eq(features.id, licenseEntitlements.featureId),
      ),
    )
    .where(and(eq(licenseEntitlements.accountId, accountId), eq(licenseEntitlements.licenseId, licenseId)))
}

const featureOfSet = and(
  eq(features.accountId, entitlementSetFeatures.accountId),
  eq(features.id, entitlementSetFeatures.featureId),
)
