import { and, eq, isNull } from 'drizzle-orm'
import Stripe from 'stripe'
import { orders } from '#db/schema/billing.ts'
import { prices } from '#db/schema/products.ts'
import type { Authorized } from '../auth/authorize.ts'
import { env } from '../env.ts'
import { AppError, notFound } from '../errors.ts'
import { log } from '../logging/log.ts'
import { findUser } from '../users/find-user.ts'
import { expireOlderSessions } from './expire-older-sessions.ts'
import type { OrderRow } from './find-claimed-order.ts'
import { openOrder } from './open-order.ts'
import { APP_TAG, stripe } from './stripe-client.ts'
import { ensureStripeCustomer } from './stripe-customer.ts'

/**
 * Opens the payment page of an offer for the signed-in customer. A repeated click leads to the same page; one that was paid
 * meanwhile leads to its result.
 * @throws NOT_FOUND, GROUP_CANNOT_BUY, ALREADY_SUBSCRIBED, BILLING_OFF; PAYMENT_PROVIDER_UNAVAILABLE, and then no order is left
 */
export async function startCheckout(
  ctx: Authorized<'me:buy'>,
  input: { priceId: string },
): Promise<{ url: string; orderId: string }> {
  const { actor } = ctx
  if (actor.kind !== 'customer') throw new AppError('FORBIDDEN', 'Only customers buy.')
  stripe()
  const [price] = await ctx.db
    .select()
    .from(prices)
    .where(and(eq(prices.accountId, ctx.accountId), eq(prices.id, input.priceId)))
  if (!price?.publishedAt || !price.stripePriceId || price.archivedAt) throw notFound('offer')
  const order = await openOrder(ctx, actor.userId, price)
  try {
    const url = order.checkoutSessionId
      ? await urlOf(order.checkoutSessionId)
      : await openSession(ctx, order, price.stripePriceId)
    return { url, orderId: order.id }
  } catch (error) {
    await ctx.db
      .delete(orders)
      .where(
        and(eq(orders.accountId, ctx.accountId), eq(orders.id, order.id), isNull(orders.checkoutSessionId)),
      )
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    log().error({ orderId: order.id, type: error.type, code: error.code }, 'no payment page could be opened')
    throw new AppError(
      'PAYMENT_PROVIDER_UNAVAILABLE',
      'The payment page cannot be opened right now. Nothing was charged. Please try again in a moment.',
      { cause: error },
    )
  }
}

async function openSession(
  ctx: Authorized<'me:buy'>,
  order: OrderRow,
  stripePriceId: string,
): Promise<string> {
  const user = order.userId ? await findUser(ctx.db, ctx.accountId, order.userId) : undefined
  if (!user) throw notFound('user')
  await expireOlderSessions(ctx, order)
  const buyer = { id: user.id, email: user.email, name: `${user.firstName} ${user.lastName}`.trim() }
  const customer = await ensureStripeCustomer(ctx, buyer)
  const session = await createSession(order, stripePriceId, customer).catch(async (error: unknown) => {
    const isGone =
      error instanceof Stripe.errors.StripeInvalidRequestError &&
      error.code === 'resource_missing' &&
      error.param === 'customer'
    if (!isGone) throw error
    return createSession(order, stripePriceId, await ensureStripeCustomer(ctx, buyer, customer))
  })
  await ctx.db
    .update(orders)
    .set({ checkoutSessionId: session.id, updatedAt: ctx.clock.now() })
    .where(and(eq(orders.accountId, ctx.accountId), eq(orders.id, order.id)))
  return session.url ?? successUrl(session.id)
}

function createSession(
  order: OrderRow,
  stripePriceId: string,
  customer: string,
): Promise<Stripe.Checkout.Session> {
  const { PUBLIC_URL } = env()
  const metadata = { app: APP_TAG, order_id: order.id, user_id: order.userId ?? '' }
  return stripe().checkout.sessions.create(
    {
      mode: order.mode,
      ui_mode: 'hosted_page',
      line_items: [{ price: stripePriceId, quantity: order.quantity }],
      customer,
      client_reference_id: order.id,
      success_url: `${PUBLIC_URL}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
      cancel_url: `${PUBLIC_URL}/buy/${order.priceId}?cancelled=1`,
      metadata,
      // The session's own metadata is not copied to what it makes.
      ...(order.mode === 'subscription'
        ? { subscription_data: { metadata } }
        : { payment_intent_data: { metadata } }),
    },
    { idempotencyKey: `order:${order.id}:${customer}` },
  )
}

/** Where an order that was opened before goes on. */
async function urlOf(sessionId: string): Promise<string> {
  const session = await stripe().checkout.sessions.retrieve(sessionId)
  return session.status === 'open' && session.url ? session.url : successUrl(sessionId)
}

function successUrl(sessionId: string): string {
  return `${env().PUBLIC_URL}/checkout/success?session_id=${encodeURIComponent(sessionId)}`
}
