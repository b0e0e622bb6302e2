import { and, eq, isNull, lt, type SQL, sql } from 'drizzle-orm'
import type Stripe from 'stripe'
import { orderLicenses, orders, reconciliations, sweepCursors } from '#db/schema/billing.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { env } from '#lib/core/env.ts'
import { isId } from '#lib/core/ids.ts'
import { log } from '#lib/core/logging/log.ts'
import { findSessions } from '../checkout/find-sessions.ts'
import { HANDLED_EVENTS } from '../inbox/event-types.ts'
import { toIncomingEvent } from '../inbox/incoming-event.ts'
import { storeEvent } from '../inbox/receive-event.ts'
import { selectOrdersWithCustomer } from '../orders/orders-with-customer.ts'
import { queueReconcile } from '../reconcile/queue-reconcile.ts'
import { APP_TAG, isLivemode, stripe } from '../stripe-client.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** How far back the sweep looks for paid sessions. */
const SESSION_HORIZON_MS = 7 * DAY_MS
/** The provider keeps events for 30 days. */
const EVENT_HORIZON_MS = 30 * DAY_MS
const CURSOR = 'events'

export interface SweepResult {
  /** Events that never came by webhook. */
  missedEvents: number
  /** Paid sessions without a license. */
  unlicensed: number
}

/** Finds what webhooks missed: events that were not delivered or not generated, and sessions left open. */
export async function sweepPayments(ctx: Authorized<'system:work'>): Promise<SweepResult> {
  if (env().BILLING_MODE === 'off') return { missedEvents: 0, unlicensed: 0 }
  const missedEvents = await sweepEvents(ctx)
  const unlicensed = await sweepSessions(ctx)
  await sweepOpenOrders(ctx)
  if (missedEvents + unlicensed > 0)
    log().warn({ missedEvents, unlicensed }, 'the sweep found payments that webhooks missed')
  return { missedEvents, unlicensed }
}

async function sweepEvents(ctx: Authorized<'system:work'>): Promise<number> {
  const startedAt = ctx.clock.now()
  const [cursor] = await ctx.db
    .select({ readUntil: sweepCursors.readUntil })
    .from(sweepCursors)
    .where(and(eq(sweepCursors.accountId, ctx.accountId), eq(sweepCursors.name, CURSOR)))
  const oldest = startedAt.getTime() - EVENT_HORIZON_MS
  const from = cursor
    ? Math.max(cursor.readUntil.getTime() - HOUR_MS, oldest)
    : startedAt.getTime() - SESSION_HORIZON_MS
  const listed = stripe('job').events.list({
    types: [...HANDLED_EVENTS],
    created: { gte: Math.floor(from / 1000) },
    limit: 100,
  })
  let missed = 0
  for await (const event of listed) {
    if (event.livemode !== isLivemode()) continue
    if ((await storeEvent(ctx, toIncomingEvent(event), 'sweep')) === 'stored') missed += 1
  }
  const row = { readUntil: startedAt, updatedAt: startedAt }
  await ctx.db
    .insert(sweepCursors)
    .values({ accountId: ctx.accountId, name: CURSOR, ...row })
    .onConflictDoUpdate({ target: [sweepCursors.accountId, sweepCursors.name], set: row })
  return missed
}

async function sweepSessions(ctx: Authorized<'system:work'>): Promise<number> {
  const from = Math.floor((ctx.clock.now().getTime() - SESSION_HORIZON_MS) / 1000)
  const listed = stripe('job').checkout.sessions.list({
    status: 'complete',
    created: { gte: from },
    limit: 100,
  })
  let found = 0
  for await (const session of listed) {
    if (!(await isOwed(ctx, session))) continue
    found += 1
    log().warn({ sessionId: session.id }, 'a paid session has no license')
    await inTransaction(ctx, (tx) => queueReconcile(tx, session.id))
  }
  return found
}

/** Whether a session of ours is paid and its order has no license although nothing is under way. */
async function isOwed(ctx: Authorized<'system:work'>, session: Stripe.Checkout.Session): Promise<boolean> {
  if (session.metadata?.app !== APP_TAG || session.mode === 'setup') return false
  if (session.payment_status === 'unpaid' || session.livemode !== isLivemode()) return false
  const [order] = await ctx.db
    .select({
      attention: orders.attention,
      licenses: sql<number>`(select count(*)::int from ${orderLicenses} where ${orderLicenses}.account_id = ${orders}.account_id and ${orderLicenses}.order_id = ${orders}.id)`,
    })
    .from(orders)
    .where(and(eq(orders.accountId, ctx.accountId), orderOf(session)))
  if (order && (order.licenses > 0 || order.attention)) return false
  const subscriptionId =
    typeof session.subscription === 'string' ? session.subscription : session.subscription?.id
  const [work] = await ctx.db
    .select({ state: reconciliations.state })
    .from(reconciliations)
    .where(
      and(
        eq(reconciliations.accountId, ctx.accountId),
        eq(reconciliations.subject, subscriptionId ?? session.id),
      ),
    )
  // A session without an order was reported when it was first looked at.
  if (!order) return !work
  return work?.state !== 'due' && work?.state !== 'owner-erased'
}

/** By the session's own metadata, because it may not be recorded here. */
function orderOf(session: Stripe.Checkout.Session): SQL {
  const orderId = session.metadata?.order_id ?? ''
  return isId(orderId) ? eq(orders.id, orderId) : eq(orders.checkoutSessionId, session.id)
}

/** A payment page lives for a day. An older open order is looked at once more, which closes it. */
async function sweepOpenOrders(ctx: Authorized<'system:work'>): Promise<void> {
  const now = ctx.clock.now()
  const stale = await selectOrdersWithCustomer(ctx)
    .where(
      and(
        eq(orders.accountId, ctx.accountId),
        eq(orders.paymentStatus, 'open'),
        isNull(orders.expiredAt),
        lt(orders.createdAt, new Date(now.getTime() - DAY_MS - HOUR_MS)),
      ),
    )
    .limit(500)
  for (const { id, createdAt, sessionId, customerId } of stale) {
    // The provider may have made pages for it that are not recorded here.
    const unheard = sessionId || !customerId ? [] : await findSessions(customerId, { id, createdAt }, 'job')
    const toLookAt = sessionId ? [sessionId] : unheard.map((session) => session.id)
    for (const subject of toLookAt) await inTransaction(ctx, (tx) => queueReconcile(tx, subject))
    if (toLookAt.length === 0) {
      await ctx.db
        .update(orders)
        .set({ paymentStatus: 'expired', expiredAt: now, updatedAt: now })
        .where(and(eq(orders.accountId, ctx.accountId), eq(orders.id, id)))
    }
  }
}
