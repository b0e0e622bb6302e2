import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { type featureFlags, productVersions } from '#db/schema/product-versions.ts'

/** The versions of a flag's product that name it, locked until the transaction ends. */
export function versionsWithFlag(
  db: Executor,
  flag: Pick<typeof featureFlags.$inferSelect, 'accountId' | 'productId' | 'name'>,
) {
  return db
    .select({ id: productVersions.id, featureFlags: productVersions.featureFlags })
    .from(productVersions)
    .where(
      and(
        eq(productVersions.accountId, flag.accountId),
        eq(productVersions.productId, flag.productId),
        sql`${productVersions.featureFlags} @> ${JSON.stringify([{ name: flag.name }])}::jsonb`,
      ),
    )
    .for('update')
}
