import { and, eq, isNull } from 'drizzle-orm'
import Stripe from 'stripe'
import { orders } from '#db/schema/billing.ts'
import { prices } from '#db/schema/products.ts'
import { requireSelling } from '#lib/catalog/offers/selling.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { crashPoint } from '#lib/core/crash-point.ts'
import { env } from '#lib/core/env.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { log } from '#lib/core/logging/log.ts'
import { findUser } from '#lib/people/users/find-user.ts'
import type { OrderRow } from '../orders/find-claimed-order.ts'
import { openOrder } from '../orders/open-order.ts'
import { onceMore } from '../reconcile/once-more.ts'
import { APP_TAG, stripe } from '../stripe-client.ts'
import { expireOlderSessions } from './expire-older-sessions.ts'
import { findSessions } from './find-sessions.ts'
import { type Buyer, ensureStripeCustomer } from './stripe-customer.ts'

/** How often checkout begins anew after a page that closed meanwhile. */
const ROUNDS_MAX = 3

/** Answers that the provider does not store under the idempotency key. */
const NOT_KEPT = [401, 409, 429]

/**
 * Opens the payment page of an offer for the signed-in customer. A repeated click leads to the same page; one that was paid
 * meanwhile leads to its result. The order stays even after a failure: the provider may have made a page for it without our
 * knowing, and a payment there must find its order. The sweep closes unpaid pages.
 * @throws NOT_FOUND, GROUP_CANNOT_BUY, ALREADY_SUBSCRIBED, BILLING_OFF, PAYMENT_PROVIDER_UNAVAILABLE
 */
export async function startCheckout(
  ctx: Authorized<'me:buy'>,
  input: { priceId: string },
): Promise<{ url: string; orderId: string }> {
  const { actor } = ctx
  if (actor.kind !== 'customer') throw new AppError('FORBIDDEN', 'Only customers buy.')
  stripe()
  await requireSelling(ctx)
  const [price] = await ctx.db
    .select()
    .from(prices)
    .where(and(eq(prices.accountId, ctx.accountId), eq(prices.id, input.priceId)))
  if (!price?.publishedAt || !price.stripePriceId || price.archivedAt) throw notFound('offer')
  for (let round = 1; ; round += 1) {
    const order = await openOrder(ctx, actor.userId, price)
    const session = await sessionOf(ctx, order, price.stripePriceId).catch((error: unknown) => {
      if (!(error instanceof Stripe.errors.StripeError)) throw error
      log().error(
        { orderId: order.id, type: error.type, code: error.code },
        'no payment page could be opened',
      )
      throw new AppError(
        'PAYMENT_PROVIDER_UNAVAILABLE',
        'The payment page cannot be opened right now. Nothing was charged. Please try again in a moment.',
        { cause: error },
      )
    })
    if (session.status === 'expired' && round < ROUNDS_MAX) await closeOrder(ctx, order)
    else return { url: pageOf(session), orderId: order.id }
  }
}

/** The session of an order: the recorded one, else one that only the provider knows, else a new one. */
async function sessionOf(
  ctx: Authorized<'me:buy'>,
  order: OrderRow,
  stripePriceId: string,
): Promise<Stripe.Checkout.Session> {
  if (order.checkoutSessionId) return stripe().checkout.sessions.retrieve(order.checkoutSessionId)
  const user = order.userId ? await findUser(ctx.db, ctx.accountId, order.userId) : undefined
  if (!user) throw notFound('user')
  const buyer = { id: user.id, email: user.email, name: `${user.firstName} ${user.lastName}`.trim() }
  const session = await openSession(ctx, order, stripePriceId, buyer).catch(async (error: unknown) => {
    await countAttempt(ctx, order, error)
    throw error
  })
  crashPoint('after-session')
  return keepSession(ctx, order, session)
}

async function openSession(
  ctx: Authorized<'me:buy'>,
  order: OrderRow,
  stripePriceId: string,
  buyer: Buyer,
): Promise<Stripe.Checkout.Session> {
  const attempt = order.checkoutAttempt
  const customer = await ensureStripeCustomer(ctx, buyer, { attempt })
  await expireOlderSessions(ctx, order, customer)
  const [unheard] = attempt > 0 ? await findSessions(customer, order) : []
  if (unheard) return unheard
  return createSession(order, stripePriceId, customer).catch(async (error: unknown) => {
    const isGone =
      error instanceof Stripe.errors.StripeInvalidRequestError &&
      error.code === 'resource_missing' &&
      error.param === 'customer'
    if (!isGone) throw error
    const fresh = await ensureStripeCustomer(ctx, buyer, { attempt, replaces: customer })
    return createSession(order, stripePriceId, fresh)
  })
}

/** Records the session. If another click recorded one meanwhile, or the buyer was deleted or banned, ours is closed. */
async function keepSession(
  ctx: Authorized<'me:buy'>,
  order: OrderRow,
  session: Stripe.Checkout.Session,
): Promise<Stripe.Checkout.Session> {
  const mine = and(eq(orders.accountId, ctx.accountId), eq(orders.id, order.id))
  const [kept] = await ctx.db
    .update(orders)
    .set({ checkoutSessionId: session.id, updatedAt: ctx.clock.now() })
    .where(and(mine, isNull(orders.checkoutSessionId), isNull(orders.expiredAt)))
    .returning({ id: orders.id })
  if (kept) return session
  const [other] = await ctx.db.select({ sessionId: orders.checkoutSessionId }).from(orders).where(mine)
  if (other?.sessionId === session.id) return session
  if (session.status === 'open') await stripe().checkout.sessions.expire(session.id)
  if (!other?.sessionId) throw new AppError('FORBIDDEN', 'This account cannot buy.')
  return stripe().checkout.sessions.retrieve(other.sessionId)
}

/** The provider repeats its first answer to a key, failures too. So the next try needs a key of its own. */
async function countAttempt(ctx: Authorized<'me:buy'>, order: OrderRow, error: unknown): Promise<void> {
  if (!(error instanceof Stripe.errors.StripeError) || error.statusCode === undefined) return
  if (NOT_KEPT.includes(error.statusCode)) return
  await ctx.db
    .update(orders)
    .set({ checkoutAttempt: order.checkoutAttempt + 1 })
    .where(
      and(
        eq(orders.accountId, ctx.accountId),
        eq(orders.id, order.id),
        eq(orders.checkoutAttempt, order.checkoutAttempt),
      ),
    )
}

/** Ends an order whose page closed unpaid. The next click opens a new one. */
async function closeOrder(ctx: Authorized<'me:buy'>, order: OrderRow): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db
    .update(orders)
    .set({ paymentStatus: 'expired', expiredAt: now, updatedAt: now })
    .where(
      and(eq(orders.accountId, ctx.accountId), eq(orders.id, order.id), eq(orders.paymentStatus, 'open')),
    )
}

function createSession(
  order: OrderRow,
  stripePriceId: string,
  customer: string,
): Promise<Stripe.Checkout.Session> {
  const { PUBLIC_URL } = env()
  const metadata = { app: APP_TAG, order_id: order.id, user_id: order.userId ?? '' }
  const create = () =>
    stripe().checkout.sessions.create(
      {
        mode: order.mode,
        ui_mode: 'hosted_page',
        line_items: [{ price: stripePriceId, quantity: order.quantity }],
        customer,
        client_reference_id: order.id,
        success_url: `${PUBLIC_URL}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
        cancel_url: `${PUBLIC_URL}/buy/${order.priceId}?cancelled=1`,
        metadata,
        // The provider does not copy a session's metadata to the subscription or payment that it makes.
        ...(order.mode === 'subscription'
          ? { subscription_data: { metadata } }
          : { payment_intent_data: { metadata } }),
      },
      { idempotencyKey: `order:${order.id}:${customer}:${order.checkoutAttempt}` },
    )
  return onceMore(create)
}

/** The payment page while it is open, else the page with the result. */
function pageOf(session: Stripe.Checkout.Session): string {
  if (session.status === 'open' && session.url) return session.url
  return `${env().PUBLIC_URL}/checkout/success?session_id=${encodeURIComponent(session.id)}`
}
