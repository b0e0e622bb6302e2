import { and, asc, eq } from 'drizzle-orm'
import { orderLicenses, orders, reconciliations } from '#db/schema/billing.ts'
import { licenses } from '#db/schema/licenses.ts'
import { prices, products } from '#db/schema/products.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { shownKey } from '#lib/licensing/licenses/license-key.ts'
import { queueReconcile } from '../reconcile/queue-reconcile.ts'
import type { OrderRow } from './find-claimed-order.ts'

/**
 * How the buyer's own order stands. `preparing`: nobody has looked at the payment yet; `unpaid`: looked at, and not paid so
 * far; `processing`: a slow payment method; `attention`: a person has to look.
 */
export interface OrderStatus {
  state: 'preparing' | 'unpaid' | 'processing' | 'ready' | 'failed' | 'expired' | 'attention'
  productName: string
  priceId: string
  licenses: { id: string; key: string; keyUnreadable?: true }[]
}

/** A waiting page polls every second. The provider is asked less often. */
const ASK_AGAIN_MS = 10_000

/**
 * Content of the page after the payment. It grants nothing: it looks up the signed-in customer's own order and makes sure that
 * a job looks at the payment.
 * @throws NOT_FOUND for anybody else's session, or none
 */
export async function orderStatus(ctx: Authorized<'me:read'>, sessionId: string): Promise<OrderStatus> {
  const userId = ctx.actor.kind === 'customer' ? ctx.actor.userId : null
  if (!userId) throw notFound('order')
  const [row] = await ctx.db
    .select({ order: orders, productName: products.displayName })
    .from(orders)
    .innerJoin(prices, and(eq(prices.accountId, orders.accountId), eq(prices.id, orders.priceId)))
    .innerJoin(products, and(eq(products.accountId, prices.accountId), eq(products.id, prices.productId)))
    .where(
      and(
        eq(orders.accountId, ctx.accountId),
        eq(orders.userId, userId),
        eq(orders.checkoutSessionId, sessionId),
      ),
    )
  if (!row) throw notFound('order')
  const { order, productName } = row
  const ready = await licensesOf(ctx, order.id)
  const state = ready.length > 0 ? 'ready' : stateOf(order)
  if (isPending(state)) await makeSureOfJob(ctx, sessionId)
  return { state, productName, priceId: order.priceId, licenses: ready }
}

/** Whether the state may still change by itself. */
export function isPending(state: OrderStatus['state']): boolean {
  return state === 'preparing' || state === 'unpaid' || state === 'processing'
}

function stateOf(order: OrderRow): OrderStatus['state'] {
  if (order.attention) return 'attention'
  if (order.failedAt) return 'failed'
  if (order.expiredAt) return 'expired'
  if (order.paymentStatus === 'processing') return 'processing'
  return order.reconciledAt && order.paymentStatus === 'open' ? 'unpaid' : 'preparing'
}

async function licensesOf(ctx: Authorized<'me:read'>, orderId: string) {
  const rows = await ctx.db
    .select({ id: licenses.id, sealedKey: licenses.sealedKey, userId: licenses.userId })
    .from(orderLicenses)
    .innerJoin(
      licenses,
      and(eq(licenses.accountId, orderLicenses.accountId), eq(licenses.id, orderLicenses.licenseId)),
    )
    .where(and(eq(orderLicenses.accountId, ctx.accountId), eq(orderLicenses.orderId, orderId)))
    .orderBy(asc(orderLicenses.line), asc(orderLicenses.index))
  const mine = rows.filter((row) => ctx.actor.kind === 'customer' && row.userId === ctx.actor.userId)
  return mine.map((row) => ({ id: row.id, ...shownKey(row) }))
}

async function makeSureOfJob(ctx: Authorized<'me:read'>, subject: string): Promise<void> {
  const [known] = await ctx.db
    .select({ state: reconciliations.state, updatedAt: reconciliations.updatedAt })
    .from(reconciliations)
    .where(and(eq(reconciliations.accountId, ctx.accountId), eq(reconciliations.subject, subject)))
  const isFresh = known && ctx.clock.now().getTime() - known.updatedAt.getTime() < ASK_AGAIN_MS
  if (known?.state === 'due' || isFresh) return
  await inTransaction(ctx, (tx) => queueReconcile(tx, subject))
}

/** Statuses of a subscription that the provider has ended: it takes no money any more. */
export const ENDED_SUBSCRIPTION: readonly string[] = ['canceled', 'incomplete_expired']

/** Payment statuses of an order whose subscription does not run: it has ended, or it never began. */
export const NOT_RUNNING: readonly string[] = [...ENDED_SUBSCRIPTION, 'open', 'expired', 'failed']

/** Whether a subscription of this status has ended. */
export function hasEnded(status: string): boolean {
  return ENDED_SUBSCRIPTION.includes(status)
}
