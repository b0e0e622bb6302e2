import { and, eq } from 'drizzle-orm'
import { products } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { generateProductKeyPair, storeProductKey } from './create-product-key.ts'
import { productSigningKey } from './product-signing-key.ts'
import { retireKeys } from './retire-keys.ts'

/**
 * Makes a new key that signs the product's activation tokens from now on. The old ones stay published for `overlap` seconds:
 * tokens name the key they were signed with. Applications must know the new key before they meet it.
 * @throws NOT_FOUND
 */
export async function rotateProductKey(
  ctx: Authorized<'product:write'>,
  { productId, overlap }: { productId: string; overlap: number },
): Promise<{ kid: string }> {
  const pair = await generateProductKeyPair()
  return inTransaction(ctx, async (tx) => {
    const { accountId } = tx
    const [product] = await tx.db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.accountId, accountId), eq(products.id, productId)))
      .for('update')
    if (!product) throw notFound('product')
    const at = tx.clock.now()
    const retired = await retireKeys(tx.db, { accountId, productId, at, overlap })
    await storeProductKey(tx.db, { accountId, productId, at }, pair)
    const { kid } = await productSigningKey(tx.db, accountId, productId)
    recordEvent(tx, {
      event: 'product.key-rotated',
      resource: 'product',
      resourceId: productId,
      changes: { kid, retired, overlap },
    })
    return { kid }
  })
}
