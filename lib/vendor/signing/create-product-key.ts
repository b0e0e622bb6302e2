import { generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import type { Executor } from '#db/client.ts'
import { signingKeys } from '#db/schema/products.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'

const generate = promisify(generateKeyPair)

/** A key pair that is not stored yet. */
export interface ProductKeyPair {
  publicPem: string
  privatePem: string
}

/** Makes an RSA-2048 pair (tenths of a second of work on another thread: do it before a transaction, not in it). */
export async function generateProductKeyPair(): Promise<ProductKeyPair> {
  const { publicKey, privateKey } = await generate('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { publicPem: publicKey, privatePem: privateKey }
}

/** Stores a pair as the product's newest, which signs from now on. */
export async function storeProductKey(
  db: Executor,
  product: { accountId: string; productId: string; at: Date },
  pair: ProductKeyPair,
): Promise<void> {
  const id = newId()
  await db.insert(signingKeys).values({
    accountId: product.accountId,
    id,
    productId: product.productId,
    algorithm: 'RS256',
    publicPem: pair.publicPem,
    sealedPrivatePem: seal('signing-key', pair.privatePem, id),
    createdAt: product.at,
  })
}
