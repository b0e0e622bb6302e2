import { and, eq } from 'drizzle-orm'
import { prices, products } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { type Offer, offerColumns, offeredProduct, onSale } from './offer.ts'
import { canSell } from './selling.ts'

/**
 * One offer that is on sale.
 * @throws NOT_FOUND
 */
export async function getOffer(ctx: Authorized<'public'>, priceId: string): Promise<Offer> {
  if (!isId(priceId)) throw notFound('offer')
  const [offer] = await ctx.db
    .select(offerColumns)
    .from(prices)
    .innerJoin(products, offeredProduct)
    .where(and(eq(prices.accountId, ctx.accountId), eq(prices.id, priceId), onSale))
  if (!offer) throw notFound('offer')
  return { ...offer, canBeBought: await canSell(ctx) }
}
