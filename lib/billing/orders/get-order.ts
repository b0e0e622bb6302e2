import { and, asc, desc, eq, inArray } from 'drizzle-orm'
import { orderLicenses, orders, reconciliations, stripeEvents } from '#db/schema/billing.ts'
import { licenses } from '#db/schema/licenses.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'
import { loadOrders } from './load-orders.ts'
import type { OrderDto } from './order-dto.ts'

/** An event of the payment provider, as the inbox knows it. */
export interface ProviderEventDto {
  id: string
  type: string
  subject: string | null
  status: 'pending' | 'done' | 'ignored' | 'dead'
  note: string | null
  deliveries: number
  source: 'webhook' | 'sweep'
  occurredAt: string
  receivedAt: string
  handledAt: string | null
}

/** Pending work on one of the order's subjects. */
export interface ReconciliationDto {
  subject: string
  state: 'due' | 'done' | 'dead' | 'owner-erased'
  dueAt: string
  attempts: number
  lastError: string | null
}

export interface OrderDetails extends OrderDto {
  licenses: { id: string; keyPrefix: string; line: number; index: number }[]
  events: ProviderEventDto[]
  reconciliations: ReconciliationDto[]
}

/**
 * One order with its licenses, the provider's events and pending work.
 * @throws NOT_FOUND
 */
export async function getOrder(ctx: Authorized<'order:read'>, id: string): Promise<OrderDetails> {
  if (!isId(id)) throw notFound('order')
  const [found] = await loadOrders(ctx.db, ctx.accountId, { where: eq(orders.id, id) })
  if (!found) throw notFound('order')
  const { order } = found
  const subjects = [order.checkoutSessionId, order.subscriptionId, order.paymentIntentId].filter(
    (subject) => subject !== null,
  )
  const [made, events, owed] = await Promise.all([
    ctx.db
      .select({
        id: licenses.id,
        keyPrefix: licenses.keyPrefix,
        line: orderLicenses.line,
        index: orderLicenses.index,
      })
      .from(orderLicenses)
      .innerJoin(
        licenses,
        and(eq(licenses.accountId, orderLicenses.accountId), eq(licenses.id, orderLicenses.licenseId)),
      )
      .where(and(eq(orderLicenses.accountId, ctx.accountId), eq(orderLicenses.orderId, id)))
      .orderBy(asc(orderLicenses.line), asc(orderLicenses.index)),
    ctx.db
      .select()
      .from(stripeEvents)
      .where(and(eq(stripeEvents.accountId, ctx.accountId), inArray(stripeEvents.subject, subjects)))
      .orderBy(desc(stripeEvents.occurredAt), desc(stripeEvents.receivedAt))
      .limit(200),
    ctx.db
      .select()
      .from(reconciliations)
      .where(and(eq(reconciliations.accountId, ctx.accountId), inArray(reconciliations.subject, subjects))),
  ])
  return {
    ...order,
    licenses: made,
    events: events.map(toProviderEventDto),
    reconciliations: owed.map((row) => ({
      subject: row.subject,
      state: row.state,
      dueAt: row.dueAt.toISOString(),
      attempts: row.attempts,
      lastError: row.lastError,
    })),
  }
}

function toProviderEventDto(row: typeof stripeEvents.$inferSelect): ProviderEventDto {
  return {
    id: row.id,
    type: row.type,
    subject: row.subject,
    status: row.status,
    note: row.note,
    deliveries: row.deliveries,
    source: row.source,
    occurredAt: row.occurredAt.toISOString(),
    receivedAt: row.receivedAt.toISOString(),
    handledAt: row.handledAt?.toISOString() ?? null,
  }
}
