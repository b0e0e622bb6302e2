import { prices } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { lockPriceReferences } from '../lock-references.ts'
import { findPrice } from './get-price.ts'
import type { PriceDto } from './price-dto.ts'
import type { CreatePriceInput } from './price-input.ts'

/**
 * Makes a price as a draft: nobody sees it until it is published.
 * @throws INVALID_INPUT
 */
export function createPrice(ctx: Authorized<'product:write'>, input: CreatePriceInput): Promise<PriceDto> {
  return inTransaction(ctx, async (tx) => {
    await lockPriceReferences(tx.db, tx.accountId, input)
    const at = tx.clock.now()
    const id = newId()
    await tx.db.insert(prices).values({
      accountId: tx.accountId,
      id,
      productId: input.productId,
      licenseTemplateId: input.licenseTemplateId ?? null,
      name: input.name,
      description: input.description,
      kind: input.kind,
      interval: input.interval ?? null,
      intervalCount: input.intervalCount ?? 1,
      currency: input.currency,
      unitAmount: input.unitAmount,
      fulfillment: input.fulfillment ?? 'seats',
      position: input.position ?? 0,
      createdAt: at,
      updatedAt: at,
    })
    recordEvent(tx, {
      event: 'price.created',
      resource: 'price',
      resourceId: id,
      changes: {
        productId: input.productId,
        name: input.name,
        kind: input.kind,
        currency: input.currency,
        unitAmount: input.unitAmount,
      },
    })
    return findPrice(tx.db, tx.accountId, id)
  })
}
