import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { products } from '#db/schema/products.ts'
import { fieldError } from '#lib/core/errors.ts'

/**
 * Keeps the product from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such product
 */
export async function lockProduct(
  db: Executor,
  accountId: string,
  id: string,
): Promise<{ licenseTemplateId: string }> {
  const [product] = await db
    .select({ licenseTemplateId: products.licenseTemplateId })
    .from(products)
    .where(and(eq(products.accountId, accountId), eq(products.id, id)))
    .for('key share')
  if (!product) throw fieldError('productId', 'there is no such product')
  return product
}
