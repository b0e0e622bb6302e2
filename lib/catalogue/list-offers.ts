import { and, asc, eq } from 'drizzle-orm'
import { prices, products } from '#db/schema/products.ts'
import type { Authorized } from '../auth/authorize.ts'
import { type Offer, offerColumns, offeredProduct, onSale } from './offer.ts'

/** Everything on sale, in the vendor's order. */
export function listOffers(ctx: Authorized<'public'>): Promise<Offer[]> {
  return ctx.db
    .select(offerColumns)
    .from(prices)
    .innerJoin(products, offeredProduct)
    .where(and(eq(prices.accountId, ctx.accountId), onSale))
    .orderBy(asc(prices.position), asc(prices.createdAt), asc(prices.id))
}
