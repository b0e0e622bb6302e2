import { and, eq, inArray } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { featureFlags, type VersionFeatureFlag } from '#db/schema/product-versions.ts'
import { fieldError } from '#lib/core/errors.ts'

/**
 * Keeps the named flags of the product until the transaction ends.
 * @throws INVALID_INPUT naming the one that the product does not have
 */
export async function lockFlags(
  db: Executor,
  product: { accountId: string; productId: string },
  flags: readonly VersionFeatureFlag[],
): Promise<void> {
  if (flags.length === 0) return
  const known = await db
    .select({ name: featureFlags.name })
    .from(featureFlags)
    .where(
      and(
        eq(featureFlags.accountId, product.accountId),
        eq(featureFlags.productId, product.productId),
        inArray(
          featureFlags.name,
          flags.map(({ name }) => name),
        ),
      ),
    )
    // Locked in one order, so that there is no deadlock. A flag's name is no key column, so the lock is `for update`.
    .orderBy(featureFlags.id)
    .for('share')
  const missing = flags.findIndex((flag) => !known.some(({ name }) => name === flag.name))
  if (missing >= 0) {
    throw fieldError(`featureFlags[${missing}].name`, 'the product has no such feature flag')
  }
}
