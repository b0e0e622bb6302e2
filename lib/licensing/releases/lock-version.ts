import { and, eq, ne, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { products } from '#db/schema/products.ts'
import { releases } from '#db/schema/releases.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'

interface Claim {
  accountId: string
  /** The release that claims it. */
  releaseId: string
  productId: string
  channel: string
  versionParts: readonly number[]
  platforms: readonly string[]
}

/**
 * Makes sure that no other release has the same version of the product, in the same channel, for one of the same platforms, and
 * keeps it so until the transaction ends.
 * @throws INVALID_INPUT when there is no such product, CONFLICT
 */
export async function lockVersion(db: Executor, claim: Claim): Promise<void> {
  const [product] = await db
    .select({ id: products.id })
    .from(products)
    .where(and(eq(products.accountId, claim.accountId), eq(products.id, claim.productId)))
    .for('no key update')
  if (!product) throw fieldError('productId', 'there is no such product')
  const [same] = await db
    .select({ id: releases.id })
    .from(releases)
    .where(
      and(
        eq(releases.accountId, claim.accountId),
        eq(releases.productId, claim.productId),
        eq(releases.channel, claim.channel),
        eq(releases.versionParts, [...claim.versionParts]),
        sql`${releases.platforms} && ${sql.param([...claim.platforms], releases.platforms)}`,
        ne(releases.id, claim.releaseId),
      ),
    )
    .limit(1)
  if (same) {
    const message = 'another release has this version, in this channel and for one of these platforms'
    throw new AppError('CONFLICT', `version: ${message}`, { fields: { version: message } })
  }
}
