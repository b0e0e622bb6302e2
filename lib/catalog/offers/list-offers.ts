import { and, asc, eq } from 'drizzle-orm'
import { prices, products } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { type Offer, offerColumns, offeredProduct, onSale } from './offer.ts'
import { canSell } from './selling.ts'

/** Everything on sale, in the vendor's order. */
export async function listOffers(ctx: Authorized<'public'>): Promise<Offer[]> {
  const offers = await ctx.db
    .select(offerColumns)
    .from(prices)
    .innerJoin(products, offeredProduct)
    .where(and(eq(prices.accountId, ctx.accountId), onSale))
    .orderBy(asc(prices.position), asc(prices.createdAt), asc(prices.id))
  const canBeBought = await canSell(ctx)
  return offers.map((offer) => ({ ...offer, canBeBought }))
}
