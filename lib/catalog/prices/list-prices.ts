import { and, asc, eq } from 'drizzle-orm'
import { prices, products } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { productOfPrice } from './get-price.ts'
import { type PriceDto, toPriceDto } from './price-dto.ts'

/** A product's prices, in the order they are offered. A product has few: there is no paging. */
export async function listPrices(
  ctx: Authorized<'product:read'>,
  input: { productId: string },
): Promise<PriceDto[]> {
  const rows = await ctx.db
    .select({ price: prices, productName: products.displayName })
    .from(prices)
    .innerJoin(products, productOfPrice)
    .where(and(eq(prices.accountId, ctx.accountId), eq(prices.productId, input.productId)))
    .orderBy(asc(prices.position), asc(prices.createdAt), asc(prices.id))
  return rows.map((row) => toPriceDto(row.price, row.productName))
}
