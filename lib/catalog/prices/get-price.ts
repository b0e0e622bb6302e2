import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { prices, products } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type PriceDto, toPriceDto } from './price-dto.ts'

/**
 * One price.
 * @throws NOT_FOUND
 */
export async function getPrice(ctx: Authorized<'product:read'>, id: string): Promise<PriceDto> {
  return findPrice(ctx.db, ctx.accountId, id)
}

/** How a price finds its product. */
export const productOfPrice = and(eq(products.accountId, prices.accountId), eq(products.id, prices.productId))

/**
 * One price of the account.
 * @throws NOT_FOUND
 */
export async function findPrice(db: Executor, accountId: string, id: string): Promise<PriceDto> {
  const [row] = await db
    .select({ price: prices, productName: products.displayName })
    .from(prices)
    .innerJoin(products, productOfPrice)
    .where(and(eq(prices.accountId, accountId), eq(prices.id, id)))
  if (!row) throw notFound('price')
  return toPriceDto(row.price, row.productName)
}
