import { and, eq } from 'drizzle-orm'
import { prices } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { lockPriceReferences } from '../lock-references.ts'
import { findPrice } from './get-price.ts'
import type { PriceDto } from './price-dto.ts'
import type { UpdatePriceInput } from './price-input.ts'

/**
 * Changes how a price is presented, its place and its template. Amount and rhythm never change: make another price and
 * archive this one.
 * @throws NOT_FOUND, INVALID_INPUT
 */
export function updatePrice(
  ctx: Authorized<'product:write'>,
  id: string,
  input: UpdatePriceInput,
): Promise<PriceDto> {
  return inTransaction(ctx, async (tx) => {
    await lockPriceReferences(tx.db, tx.accountId, { licenseTemplateId: input.licenseTemplateId })
    const changes = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    const changed = await tx.db
      .update(prices)
      .set({ ...changes, updatedAt: tx.clock.now() })
      .where(and(eq(prices.accountId, tx.accountId), eq(prices.id, id)))
      .returning({ id: prices.id })
    if (changed.length === 0) throw notFound('price')
    recordEvent(tx, { event: 'price.updated', resource: 'price', resourceId: id, changes })
    return findPrice(tx.db, tx.accountId, id)
  })
}
