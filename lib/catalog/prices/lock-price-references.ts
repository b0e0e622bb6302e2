import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenseTemplates, products } from '#db/schema/products.ts'
import { fieldError } from '#lib/core/errors.ts'

/**
 * Makes sure that what a price points at exists, and stays until the transaction ends.
 * @throws INVALID_INPUT naming the field
 */
export async function lockPriceReferences(
  db: Executor,
  accountId: string,
  price: { productId?: string; licenseTemplateId?: string | null | undefined },
): Promise<void> {
  if (price.productId) {
    const [product] = await db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.accountId, accountId), eq(products.id, price.productId)))
      .for('key share')
    if (!product) throw fieldError('productId', 'there is no such product')
  }
  if (price.licenseTemplateId) {
    const [template] = await db
      .select({ id: licenseTemplates.id })
      .from(licenseTemplates)
      .where(and(eq(licenseTemplates.accountId, accountId), eq(licenseTemplates.id, price.licenseTemplateId)))
      .for('key share')
    if (!template) throw fieldError('licenseTemplateId', 'there is no such license template')
  }
}
