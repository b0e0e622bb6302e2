import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { users } from '#db/schema/users.ts'
import { entitlementColumns } from '../activations/license-facts.ts'
import { findSameComputer } from '../activations/same-computer.ts'

/** A license's places with regard to the device that a validation names, as JSON from the database. */
interface PlacesJson {
  /** Devices that hold the license now. */
  inUse: number
  /** Devices that are known at all. */
  known: number
  /** The rows of this computer, those that hold a place first. */
  own: readonly { id: string; userHash: string; leaseExpiresAt: string | null }[]
}

/** Everything a validation judges, read at one moment. */
export type ValidationFacts = Awaited<ReturnType<ReturnType<typeof statement>['execute']>>[number]

/**
 * Reads only what is judged or returned, without a join: applications call this at every start, and each column and table costs
 * time.
 */
const statement = preparedOnce((db) =>
  db
    .select({
      license: {
        accountId: licenses.accountId,
        id: licenses.id,
        productId: licenses.productId,
        userId: licenses.userId,
        entitlementSetId: licenses.entitlementSetId,
        type: licenses.type,
        fingerprintMatchingStrategy: licenses.fingerprintMatchingStrategy,
        allowedActivations: licenses.allowedActivations,
        allowedFloatingClients: licenses.allowedFloatingClients,
        userLocked: licenses.userLocked,
        effectiveAt: licenses.effectiveAt,
        expiresAt: licenses.expiresAt,
        expiryGracePeriod: licenses.expiryGracePeriod,
        expiringSoonEventOffset: licenses.expiringSoonEventOffset,
        suspendedManualAt: licenses.suspendedManualAt,
        suspendedBillingAt: licenses.suspendedBillingAt,
        revokedManualAt: licenses.revokedManualAt,
        revokedBillingAt: licenses.revokedBillingAt,
        maintenanceExpiresAt: licenses.maintenanceExpiresAt,
        maxAllowedReleaseVersion: licenses.maxAllowedReleaseVersion,
        metadata: licenses.metadata,
      },
      ownerBannedAt: sql<Date | null>`(
        select owner.banned_at from ${users} as owner
        where owner.account_id = licenses.account_id and owner.id = licenses.user_id)`.mapWith(
        users.bannedAt,
      ),
      ...entitlementColumns,
      places: sql<PlacesJson>`(
        select jsonb_build_object(
          'inUse', count(*) filter (
            where device.lease_expires_at is null or device.lease_expires_at > ${sql.placeholder('now')}::timestamptz),
          'known', count(*),
          'own', coalesce(
            jsonb_agg(jsonb_build_object('id', device.id, 'userHash', device.user_hash,
              'leaseExpiresAt', device.lease_expires_at) order by device.lease_expires_at desc nulls first)
            filter (where device.fingerprint = ${sql.placeholder('fingerprint')}), '[]'))
        from ${activations} as device
        where device.account_id = licenses.account_id and device.license_id = licenses.id)`,
    })
    .from(licenses)
    .where(
      and(
        eq(licenses.accountId, sql.placeholder('accountId')),
        eq(licenses.keyHash, sql.placeholder('keyHash')),
      ),
    )
    .prepare('validation_facts'),
)

/**
 * The license under that look-up hash, with the device of that fingerprint (empty = none is meant). If no device has exactly
 * this fingerprint, it looks for a computer that was changed.
 */
export async function findValidationFacts(
  db: Executor,
  of: { accountId: string; keyHash: string; fingerprint: string; at: Date },
): Promise<ValidationFacts | undefined> {
  const [found] = await statement(db).execute({
    accountId: of.accountId,
    keyHash: of.keyHash,
    fingerprint: of.fingerprint,
    now: of.at.toISOString(),
  })
  if (!found || !of.fingerprint || found.places.known === 0 || found.places.own.length > 0) return found
  const alike = await findSameComputer(db, found.license, of.fingerprint)
  const own = alike.map(({ id, userHash, leaseExpiresAt }) => ({
    id,
    userHash,
    leaseExpiresAt: leaseExpiresAt?.toISOString() ?? null,
  }))
  return { ...found, places: { ...found.places, own } }
}
