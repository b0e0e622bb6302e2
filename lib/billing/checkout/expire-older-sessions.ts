import { and, eq, isNull, ne } from 'drizzle-orm'
import Stripe from 'stripe'
import { orders } from '#db/schema/billing.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import type { OrderRow } from '../orders/find-claimed-order.ts'
import { queueReconcile } from '../reconcile/queue-reconcile.ts'
import { stripe } from '../stripe-client.ts'
import { findSessions } from './find-sessions.ts'

/**
 * Closes payment pages that earlier orders of the same subscription left open, also those without a record here. Otherwise two
 * of them could both be paid.
 * @throws ALREADY_SUBSCRIBED when one of them was paid meanwhile
 */
export async function expireOlderSessions(
  ctx: Authorized<'me:buy'>,
  order: OrderRow,
  customerId: string,
): Promise<void> {
  if (order.mode !== 'subscription' || !order.userId) return
  const older = await ctx.db
    .select({ id: orders.id, sessionId: orders.checkoutSessionId, createdAt: orders.createdAt })
    .from(orders)
    .where(
      and(
        eq(orders.accountId, ctx.accountId),
        eq(orders.userId, order.userId),
        eq(orders.priceId, order.priceId),
        eq(orders.livemode, order.livemode),
        eq(orders.paymentStatus, 'open'),
        isNull(orders.expiredAt),
        ne(orders.id, order.id),
      ),
    )
  for (const old of older) {
    const known = old.sessionId ? [old.sessionId] : (await findSessions(customerId, old)).map(({ id }) => id)
    for (const sessionId of known) await close(ctx, sessionId)
  }
}

async function close(ctx: Authorized<'me:buy'>, sessionId: string): Promise<void> {
  try {
    await stripe().checkout.sessions.expire(sessionId)
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    await requireUnpaid(ctx, sessionId)
  }
}

/** The provider closes only open pages: this one expired by itself, or was paid. */
async function requireUnpaid(ctx: Authorized<'me:buy'>, sessionId: string): Promise<void> {
  const session = await stripe().checkout.sessions.retrieve(sessionId)
  await inTransaction(ctx, (tx) => queueReconcile(tx, sessionId))
  if (session.status === 'complete') {
    throw new AppError('ALREADY_SUBSCRIBED', 'You already paid for this subscription. See My licenses.')
  }
}
