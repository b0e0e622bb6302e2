import { and, eq, isNull } from 'drizzle-orm'
import Stripe from 'stripe'
import { orders, reconciliations } from '#db/schema/billing.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { env } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'
import { selectOrdersWithCustomer } from '../orders/orders-with-customer.ts'
import { queueReconcile } from '../reconcile/queue-reconcile.ts'
import { isLivemode, stripe } from '../stripe-client.ts'
import { findSessions } from './find-sessions.ts'

/** Closed payment pages, by the provider's ids. */
export type ClosedSessions = ReadonlySet<string>

/**
 * Closes every payment page that a user has open at the provider. Returns what is closed: `settleClosedOrders` compares it,
 * under the user's lock, with what is open by then.
 * @throws IN_USE where one was paid just now and its license is on the way; PAYMENT_PROVIDER_UNAVAILABLE
 */
export async function closeCheckouts(ctx: Ctx, userId: string): Promise<ClosedSessions> {
  const closed = new Set<string>()
  // Without the provider there is nothing to close, and nothing can be paid.
  if (env().BILLING_MODE === 'off') return closed
  try {
    for (const id of await sessionsOf(ctx, userId)) {
      await close(ctx, id)
      closed.add(id)
    }
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeError)) throw error
    throw new AppError(
      'PAYMENT_PROVIDER_UNAVAILABLE',
      'This user has a payment page open, and the payment provider cannot be asked to close it right now. Nothing was changed. Please try again in a moment.',
      { cause: error },
    )
  }
  return closed
}

/**
 * Marks a user's open orders as expired, in the open transaction and under the user's lock.
 * @returns false where a page was opened meanwhile that is not closed: then nothing was marked
 */
export async function settleClosedOrders(tx: Ctx, userId: string, closed: ClosedSessions): Promise<boolean> {
  const rows = await tx.db
    .select({ id: orders.id, sessionId: orders.checkoutSessionId })
    .from(orders)
    .where(openOf(tx, userId))
    .for('update')
  const isBillingOff = env().BILLING_MODE === 'off'
  if (!isBillingOff && rows.some(({ sessionId }) => sessionId && !closed.has(sessionId))) return false
  const now = tx.clock.now()
  await tx.db
    .update(orders)
    .set({ paymentStatus: 'expired', expiredAt: now, updatedAt: now })
    .where(openOf(tx, userId))
  return true
}

function openOf(ctx: Ctx, userId: string) {
  return and(
    eq(orders.accountId, ctx.accountId),
    eq(orders.userId, userId),
    eq(orders.livemode, isLivemode()),
    eq(orders.paymentStatus, 'open'),
    isNull(orders.expiredAt),
  )
}

/** Open pages at the provider, also those that we have no record of. */
async function sessionsOf(ctx: Ctx, userId: string): Promise<string[]> {
  const rows = await selectOrdersWithCustomer(ctx).where(openOf(ctx, userId))
  const found: string[] = []
  for (const row of rows) {
    if (row.sessionId) found.push(row.sessionId)
    else if (row.customerId) found.push(...(await findSessions(row.customerId, row)).map(({ id }) => id))
  }
  return found
}

async function close(ctx: Ctx, sessionId: string): Promise<void> {
  try {
    await stripe().checkout.sessions.expire(sessionId)
  } catch (error) {
    if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
    // The provider closes open pages only: this one expired, is gone, or was paid.
    if (error.code !== 'resource_missing') await requireUnpaid(ctx, sessionId)
  }
}

/** A paid page becomes a license before its buyer is deleted. One whose handling was given up is refunded later. */
async function requireUnpaid(ctx: Ctx, sessionId: string): Promise<void> {
  const session = await stripe().checkout.sessions.retrieve(sessionId)
  if (session.status !== 'complete') return
  const [work] = await ctx.db
    .select({ state: reconciliations.state })
    .from(reconciliations)
    .where(and(eq(reconciliations.accountId, ctx.accountId), eq(reconciliations.subject, sessionId)))
  if (work && work.state !== 'due') return
  if (!work) await inTransaction(ctx, (tx) => queueReconcile(tx, sessionId))
  throw new AppError(
    'IN_USE',
    'A payment of this user was made just now, and its license is on the way. Please try again in a moment.',
  )
}
