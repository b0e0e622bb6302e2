import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { preparedOnce } from '#db/prepared.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { products } from '#db/schema/products.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { activationMetersColumn, licenseMetersColumn } from '../meters/meter-columns.ts'
import { factColumns, factJoins } from './license-facts.ts'

export type FoundActivation = Awaited<ReturnType<ReturnType<typeof statement>['execute']>>[number]

const statement = preparedOnce((db) =>
  db
    .select({
      ...factColumns,
      activation: activations,
      licenseMeters: licenseMetersColumn,
      activationMeters: activationMetersColumn,
      /** Devices that hold the license now. */
      devicesInUse: sql<number>`(
        select count(*)::int from ${activations} as seats
        where seats.account_id = ${licenses.accountId} and seats.license_id = ${licenses.id}
          and (seats.lease_expires_at is null or seats.lease_expires_at > ${sql.placeholder('now')}::timestamptz)
      )`,
    })
    .from(activations)
    .innerJoin(
      licenses,
      and(eq(licenses.accountId, activations.accountId), eq(licenses.id, activations.licenseId)),
    )
    .innerJoin(products, factJoins.product)
    .leftJoin(users, factJoins.owner)
    .leftJoin(userIdentifiers, factJoins.ownerEmail)
    .where(
      and(eq(activations.accountId, sql.placeholder('accountId')), eq(activations.id, sql.placeholder('id'))),
    )
    .prepare('find_activation'),
)

/** An activation of the account with its license, owner and product. */
export async function findActivation(
  db: Executor,
  of: { accountId: string; id: string; at: Date },
): Promise<FoundActivation | undefined> {
  const [found] = await statement(db).execute({
    accountId: of.accountId,
    id: of.id,
    now: of.at.toISOString(),
  })
  return found
}
