import { and, eq } from 'drizzle-orm'
import { prices } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { findPrice } from './get-price.ts'
import type { PriceDto } from './price-dto.ts'

/**
 * Takes a price out of the catalogue, or puts it back. What was bought at it goes on.
 * @throws NOT_FOUND
 */
export function archivePrice(
  ctx: Authorized<'product:write'>,
  id: string,
  input: { archived: boolean },
): Promise<PriceDto> {
  return inTransaction(ctx, async (tx) => {
    const at = tx.clock.now()
    const changed = await tx.db
      .update(prices)
      .set({ archivedAt: input.archived ? at : null, updatedAt: at })
      .where(and(eq(prices.accountId, tx.accountId), eq(prices.id, id)))
      .returning({ id: prices.id })
    if (changed.length === 0) throw notFound('price')
    recordEvent(tx, {
      event: input.archived ? 'price.archived' : 'price.restored',
      resource: 'price',
      resourceId: id,
    })
    return findPrice(tx.db, tx.accountId, id)
  })
}
