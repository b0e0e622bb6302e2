import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared-once.ts'
import { entitlementSets } from '#db/schema/entitlements.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { organizations } from '#db/schema/organizations.ts'
import { productVersions } from '#db/schema/product-versions.ts'
import { products } from '#db/schema/products.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { factColumns, factJoins } from '../activations/license-facts.ts'

/** The device that a validation names, as the database writes it into JSON. */
interface DeviceJson {
  id: string
  userHash: string
  leaseExpiresAt: string | null
}

/** Everything a validation judges, read at one moment. */
export type ValidationFacts = Awaited<ReturnType<ReturnType<typeof statement>['execute']>>[number]

const now = sql`${sql.placeholder('now')}::timestamptz`

const statement = preparedOnce((db) =>
  db
    .select({
      ...factColumns,
      /** Devices that hold the license now. */
      devicesInUse: sql<number>`(
        select count(*)::int from ${activations} as seats
        where seats.account_id = licenses.account_id and seats.license_id = licenses.id
          and (seats.lease_expires_at is null or seats.lease_expires_at > ${now}))`,
      /** Whether any device is known at all. */
      hasDevices: sql<boolean>`exists (
        select 1 from ${activations} as known
        where known.account_id = licenses.account_id and known.license_id = licenses.id)`,
      /** The rows of this very computer, those that hold a place first. */
      devices: sql<DeviceJson[]>`(
        select coalesce(jsonb_agg(jsonb_build_object('id', own.id, 'userHash', own.user_hash,
          'leaseExpiresAt', own.lease_expires_at) order by own.lease_expires_at desc nulls first), '[]')
        from ${activations} as own
        where own.account_id = licenses.account_id and own.license_id = licenses.id
          and own.fingerprint = ${sql.placeholder('fingerprint')})`,
    })
    .from(licenses)
    .innerJoin(products, factJoins.product)
    .leftJoin(users, factJoins.owner)
    .leftJoin(userIdentifiers, factJoins.ownerEmail)
    .leftJoin(organizations, factJoins.organization)
    .leftJoin(productVersions, factJoins.productVersion)
    .leftJoin(entitlementSets, factJoins.entitlementSet)
    .where(
      and(
        eq(licenses.accountId, sql.placeholder('accountId')),
        eq(licenses.keyHash, sql.placeholder('keyHash')),
      ),
    )
    .prepare('validation_facts'),
)

/** The license under that look-up hash, with the device of that fingerprint (empty = none is meant). */
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
  return found
}
