import { and, eq, isNotNull } from 'drizzle-orm'
import Stripe from 'stripe'
import { prices, products } from '#db/schema/products.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { requireSelling } from '#lib/catalog/offers/selling.ts'
import { findPrice } from '#lib/catalog/prices/get-price.ts'
import type { PriceDto } from '#lib/catalog/prices/price-dto.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { APP_TAG, stripe } from '../stripe-client.ts'

type PriceRow = typeof prices.$inferSelect

/**
 * Puts a price on sale: makes product and price at the payment provider, where they are not there yet, and keeps their ids.
 * Repeating it changes nothing.
 * @throws NOT_FOUND, CONFLICT for an archived price, BILLING_OFF, PAYMENT_PROVIDER_UNAVAILABLE
 */
export async function publishPrice(ctx: Authorized<'product:write'>, priceId: string): Promise<PriceDto> {
  const [row] = await ctx.db
    .select({ price: prices, product: products })
    .from(prices)
    .innerJoin(products, and(eq(products.accountId, prices.accountId), eq(products.id, prices.productId)))
    .where(and(eq(prices.accountId, ctx.accountId), eq(prices.id, priceId)))
  if (!row) throw notFound('price')
  const { price, product } = row
  if (price.archivedAt) throw new AppError('CONFLICT', 'This price is archived. Restore it first.')
  stripe()
  await requireSelling(ctx)
  if (price.stripePriceId && price.publishedAt) return findPrice(ctx.db, ctx.accountId, priceId)

  const atProvider = await publish(ctx, price, product).catch((error: unknown) => {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    throw new AppError(
      'PAYMENT_PROVIDER_UNAVAILABLE',
      'The payment provider did not take the price. Nothing was published. Please try again.',
      { cause: error },
    )
  })
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    await tx.db
      .update(prices)
      .set({ ...atProvider, publishedAt: now, updatedAt: now })
      .where(and(eq(prices.accountId, tx.accountId), eq(prices.id, priceId)))
    recordEvent(tx, {
      event: 'price.published',
      resource: 'price',
      resourceId: priceId,
      changes: atProvider,
    })
    return findPrice(tx.db, tx.accountId, priceId)
  })
}

async function publish(
  ctx: Authorized<'product:write'>,
  price: PriceRow,
  product: typeof products.$inferSelect,
): Promise<{ stripeProductId: string; stripePriceId: string }> {
  const lookupKey = `${APP_TAG}:${price.id}`
  // The provider forgets idempotency keys after a day. It keeps the look-up key.
  const known = await stripe().prices.list({ lookup_keys: [lookupKey], limit: 1 })
  const found = known.data[0]
  if (found) {
    const stripeProductId = typeof found.product === 'string' ? found.product : found.product.id
    return { stripeProductId, stripePriceId: found.id }
  }
  const stripeProductId = (await findSibling(ctx, price)) ?? (await makeProduct(product))
  const made = await stripe().prices.create(
    {
      product: stripeProductId,
      currency: price.currency,
      unit_amount: price.unitAmount,
      nickname: price.name,
      lookup_key: lookupKey,
      metadata: { app: APP_TAG, price_id: price.id },
      ...(price.interval && {
        recurring: { interval: price.interval, interval_count: price.intervalCount },
      }),
    },
    { idempotencyKey: `price:${price.id}` },
  )
  return { stripeProductId, stripePriceId: made.id }
}

async function findSibling(ctx: Authorized<'product:write'>, price: PriceRow): Promise<string | null> {
  const [sibling] = await ctx.db
    .select({ stripeProductId: prices.stripeProductId })
    .from(prices)
    .where(
      and(
        eq(prices.accountId, ctx.accountId),
        eq(prices.productId, price.productId),
        isNotNull(prices.stripeProductId),
      ),
    )
    .limit(1)
  return sibling?.stripeProductId ?? null
}

async function makeProduct(product: typeof products.$inferSelect): Promise<string> {
  const made = await stripe().products.create(
    {
      name: product.displayName,
      ...(product.description && { description: product.description }),
      metadata: { app: APP_TAG, product_id: product.id },
    },
    { idempotencyKey: `product:${product.id}` },
  )
  return made.id
}
