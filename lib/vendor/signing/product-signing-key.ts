import { createPrivateKey, type KeyObject } from 'node:crypto'
import { and, desc, eq, isNull } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { signingKeys } from '#db/schema/products.ts'
import { open } from '#lib/core/crypto/seal.ts'

export interface ProductSigningKey {
  /** Id of the key's row. It is in the header of everything that the key signs, and in the JWKS. */
  kid: string
  privateKey: KeyObject
  publicPem: string
}

/** Opened and parsed once per process: a key never changes under its id. */
const parsed = new Map<string, KeyObject>()

/** The product's newest key that is not retired (RSA-2048, RS256). */
export async function productSigningKey(
  db: Executor,
  accountId: string,
  productId: string,
): Promise<ProductSigningKey> {
  const [row] = await db
    .select({
      kid: signingKeys.id,
      publicPem: signingKeys.publicPem,
      sealedPrivatePem: signingKeys.sealedPrivatePem,
    })
    .from(signingKeys)
    .where(
      and(
        eq(signingKeys.accountId, accountId),
        eq(signingKeys.productId, productId),
        eq(signingKeys.algorithm, 'RS256'),
        isNull(signingKeys.retiredAt),
      ),
    )
    .orderBy(desc(signingKeys.createdAt), desc(signingKeys.id))
    .limit(1)
  if (!row) throw new Error(`product ${productId} has no signing key`)
  let privateKey = parsed.get(row.kid)
  if (!privateKey) {
    privateKey = createPrivateKey(open('signing-key', row.sealedPrivatePem, row.kid))
    parsed.set(row.kid, privateKey)
  }
  return { kid: row.kid, privateKey, publicPem: row.publicPem }
}
