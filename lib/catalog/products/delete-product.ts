import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { prices, products } from '#db/schema/products.ts'
import { releases } from '#db/schema/releases.ts'
import { trialActivations } from '#db/schema/trials.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { loadProduct } from './load-products.ts'
import { toProductDto } from './product-dto.ts'

/**
 * Deletes a product with its signing keys. One that was sold or is for sale stays: its tokens must remain verifiable.
 * @throws NOT_FOUND, IN_USE while it has licenses, prices, releases or trials
 */
export function deleteProduct(ctx: Authorized<'product:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(products.accountId, tx.accountId), eq(products.id, id))
    const [row] = await tx.db.select({ name: products.name }).from(products).where(mine).for('update')
    if (!row) throw notFound('product')
    for (const user of [licenses, prices, releases, trialActivations]) {
      const [use] = await tx.db
        .select({ id: user.id })
        .from(user)
        .where(and(eq(user.accountId, tx.accountId), eq(user.productId, id)))
        .limit(1)
      if (use) {
        throw new AppError(
          'IN_USE',
          'This product has licenses, prices, releases or trials: delete them first.',
        )
      }
    }
    const snapshot = toProductDto(await loadProduct(tx.db, tx.accountId, id))
    await tx.db.delete(products).where(mine)
    recordEvent(tx, {
      event: 'product.deleted',
      resource: 'product',
      resourceId: id,
      changes: { name: row.name },
      snapshot,
    })
    return undefined
  })
}
