import { and, asc, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { features } from '#db/schema/entitlements.ts'
import { licenseEntitlements, licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { licenseUserGroups } from '#db/schema/user-groups.ts'
import type { LoadedEntitlementSet } from '#lib/catalog/features/entitlement-set-dto.ts'
import { featuresOfSets } from '#lib/catalog/features/load-entitlement-sets.ts'
import { isAnyOf } from '#lib/core/list/to-sql.ts'

/** Parts of a license that have tables of their own. */
export interface LicenseParts {
  meters: (typeof licenseMeterAttributes.$inferSelect)[]
  /** The license's own, sorted by name. */
  entitlements: {
    featureId: string
    name: string
    displayName: string
    value: string
    expiresAt: Date | null
  }[]
  /** Those of its entitlement set. */
  inherited: LoadedEntitlementSet['features']
  userGroupIds: string[]
}

/** The parts of several licenses, with as many queries as for one. */
export async function loadParts(
  db: Executor,
  accountId: string,
  licenses: readonly { id: string; entitlementSetId: string | null }[],
): Promise<(license: { id: string; entitlementSetId: string | null }) => LicenseParts> {
  const ids = licenses.map(({ id }) => id)
  if (ids.length === 0) return () => ({ meters: [], entitlements: [], inherited: [], userGroupIds: [] })
  const [meters, entitlements, groups, inherited] = await Promise.all([
    selectMeters(db).execute({ accountId, ids }),
    selectOwnEntitlements(db).execute({ accountId, ids }),
    selectUserGroups(db).execute({ accountId, ids }),
    featuresOfSets(
      db,
      accountId,
      licenses.flatMap(({ entitlementSetId }) => entitlementSetId ?? []),
    ),
  ])
  const metersOf = Map.groupBy(meters, ({ licenseId }) => licenseId)
  const entitlementsOf = Map.groupBy(entitlements, ({ licenseId }) => licenseId)
  const groupsOf = Map.groupBy(groups, ({ licenseId }) => licenseId)
  return ({ id, entitlementSetId }) => ({
    meters: metersOf.get(id) ?? [],
    entitlements: entitlementsOf.get(id) ?? [],
    inherited: inherited.get(entitlementSetId ?? '') ?? [],
    userGroupIds: (groupsOf.get(id) ?? []).map(({ userGroupId }) => userGroupId),
  })
}

const accountId = sql.placeholder('accountId')
const ids = sql.placeholder('ids')

const selectMeters = preparedOnce((db) =>
  db
    .select()
    .from(licenseMeterAttributes)
    .where(
      and(eq(licenseMeterAttributes.accountId, accountId), isAnyOf(licenseMeterAttributes.licenseId, ids)),
    )
    .orderBy(asc(licenseMeterAttributes.createdAt), asc(licenseMeterAttributes.id))
    .prepare('meters_of_licenses'),
)

const selectUserGroups = preparedOnce((db) =>
  db
    .select({ licenseId: licenseUserGroups.licenseId, userGroupId: licenseUserGroups.userGroupId })
    .from(licenseUserGroups)
    .where(and(eq(licenseUserGroups.accountId, accountId), isAnyOf(licenseUserGroups.licenseId, ids)))
    .orderBy(asc(licenseUserGroups.userGroupId))
    .prepare('user_groups_of_licenses'),
)

const selectOwnEntitlements = preparedOnce((db) =>
  db
    .select({
      licenseId: licenseEntitlements.licenseId,
      featureId: features.id,
      name: features.name,
      displayName: features.displayName,
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
    .where(and(eq(licenseEntitlements.accountId, accountId), isAnyOf(licenseEntitlements.licenseId, ids)))
    .orderBy(asc(features.name))
    .prepare('entitlements_of_licenses'),
)
