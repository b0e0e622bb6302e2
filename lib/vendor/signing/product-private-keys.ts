import { createPrivateKey, type KeyObject } from 'node:crypto'
import { and, desc, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { signingKeys } from '#db/schema/products.ts'
import { tryOpen } from '#lib/core/crypto/seal.ts'
import { isPublished } from './public-keys.ts'

/** Every key of the product that applications may still hold the public half of and that can be read, newest first. */
export async function productPrivateKeys(
  db: Executor,
  product: { accountId: string; productId: string },
  at: Date,
): Promise<KeyObject[]> {
  const rows = await db
    .select({ kid: signingKeys.id, sealedPrivatePem: signingKeys.sealedPrivatePem })
    .from(signingKeys)
    .where(
      and(
        eq(signingKeys.accountId, product.accountId),
        eq(signingKeys.productId, product.productId),
        eq(signingKeys.algorithm, 'RS256'),
        isPublished(at),
      ),
    )
    .orderBy(desc(signingKeys.createdAt), desc(signingKeys.id))
  return rows.flatMap(({ kid, sealedPrivatePem }) => {
    const pem = tryOpen('signing-key', sealedPrivatePem, kid)
    return pem === undefined ? [] : createPrivateKey(pem)
  })
}
