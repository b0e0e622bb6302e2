import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import { prices, products } from '#db/schema/products.ts'

/** What anyone sees and a customer buys. Money is as the payment provider counts it (`lib/catalog/prices/currency.ts`). */
export interface Offer {
  priceId: string
  name: string
  description: string
  productId: string
  productName: string
  productDescription: string
  kind: 'one_time' | 'recurring'
  interval: 'month' | 'year' | null
  intervalCount: number
  currency: string
  unitAmount: number
  /** Whether it can be bought here: no button stands where nothing would be delivered. */
  canBeBought: boolean
}

export const offerColumns = {
  priceId: prices.id,
  name: prices.name,
  description: prices.description,
  productId: prices.productId,
  productName: products.displayName,
  productDescription: products.description,
  kind: prices.kind,
  interval: prices.interval,
  intervalCount: prices.intervalCount,
  currency: prices.currency,
  unitAmount: prices.unitAmount,
}

/** How a price finds its product. */
export const offeredProduct = and(eq(products.accountId, prices.accountId), eq(products.id, prices.productId))

/** Which prices are on sale. */
export const onSale = and(
  isNotNull(prices.publishedAt),
  isNotNull(prices.stripePriceId),
  isNull(prices.archivedAt),
)
