import { and, eq, or, type SQL } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { orders, stripeCustomers } from '#db/schema/billing.ts'
import { licenseTemplates, prices, products } from '#db/schema/products.ts'
import { isId } from '#lib/core/ids.ts'
import { findUser } from '#lib/people/users/find-user.ts'
import type { OrderClaim } from '../reconcile/fetched-subject.ts'
import { stripe } from '../stripe-client.ts'

export type OrderRow = typeof orders.$inferSelect

export interface ClaimedOrder {
  order: OrderRow
  price: typeof prices.$inferSelect
  productName: string
  /** Devices that one seat allows by the template; -1 and 0 mean unlimited. */
  activationsPerSeat: number
}

/** The order a claim is about; undefined when there is none. */
export async function findClaimedOrder(
  db: Executor,
  accountId: string,
  claim: OrderClaim,
): Promise<ClaimedOrder | undefined> {
  const ways: SQL[] = []
  if (claim.orderId && isId(claim.orderId)) ways.push(eq(orders.id, claim.orderId))
  else if (claim.subscriptionId) ways.push(eq(orders.subscriptionId, claim.subscriptionId))
  const way = or(...ways)
  if (!way) return undefined
  const [row] = await db
    .select({ order: orders, price: prices, product: products })
    .from(orders)
    .innerJoin(prices, and(eq(prices.accountId, orders.accountId), eq(prices.id, orders.priceId)))
    .innerJoin(products, and(eq(products.accountId, prices.accountId), eq(products.id, prices.productId)))
    .where(and(eq(orders.accountId, accountId), way))
  if (!row) return undefined
  const templateId = row.price.licenseTemplateId ?? row.product.licenseTemplateId
  const [template] = await db
    .select({ allowedActivations: licenseTemplates.allowedActivations })
    .from(licenseTemplates)
    .where(and(eq(licenseTemplates.accountId, accountId), eq(licenseTemplates.id, templateId)))
  return {
    order: row.order,
    price: row.price,
    productName: row.product.displayName,
    activationsPerSeat: template?.allowedActivations ?? 0,
  }
}

/**
 * The objection to the claim, as a sentence for operators; undefined if everything matches. Anybody with access to the provider
 * can copy metadata, so customer, mode, price and currency must be those of the order.
 */
export async function objection(
  db: Executor,
  { order, price }: ClaimedOrder,
  claim: OrderClaim,
): Promise<string | undefined> {
  if (claim.livemode !== order.livemode) return 'The payment is of the other mode (live or test).'
  if (
    claim.checkoutSessionId &&
    order.checkoutSessionId &&
    claim.checkoutSessionId !== order.checkoutSessionId
  )
    return 'Another checkout session names this order.'
  if (claim.subscriptionId && order.mode !== 'subscription')
    return 'A subscription names this one-time order.'
  if (claim.subscriptionId && order.subscriptionId && claim.subscriptionId !== order.subscriptionId)
    return 'Another subscription names this order.'
  if (claim.priceIds.length === 0 || !claim.priceIds.every((id) => id === price.stripePriceId))
    return 'The price that was paid is not the one that was ordered.'
  if (claim.currency !== order.currency) return 'The currency that was paid is not the one that was ordered.'
  if (!isLinked(order, claim) && !(await isOfBuyer(db, order, claim)))
    return 'Somebody else at the payment provider paid this order.'
  return undefined
}

/**
 * Erasing a buyer deletes the link to their customer at the provider. In that case the paid session must be the order's own.
 */
async function isOfBuyer(db: Executor, order: OrderRow, claim: OrderClaim): Promise<boolean> {
  if (order.userId && (await findUser(db, order.accountId, order.userId))) {
    return (await customerOf(db, order)) === claim.customerId
  }
  return claim.subscriptionId ? cameFromOrder(order, claim.subscriptionId) : true
}

/** Whether the order already names this object. Its customer was checked when that was written. */
function isLinked(order: OrderRow, claim: OrderClaim): boolean {
  return claim.subscriptionId
    ? order.subscriptionId === claim.subscriptionId
    : order.checkoutSessionId === claim.checkoutSessionId
}

async function customerOf(db: Executor, order: OrderRow): Promise<string | undefined> {
  if (!order.userId) return undefined
  const [customer] = await db
    .select({ customerId: stripeCustomers.customerId })
    .from(stripeCustomers)
    .where(
      and(
        eq(stripeCustomers.accountId, order.accountId),
        eq(stripeCustomers.userId, order.userId),
        eq(stripeCustomers.livemode, order.livemode),
      ),
    )
  return customer?.customerId
}

/** Whether the session that led to a subscription is the one that the order was opened with. */
async function cameFromOrder(order: OrderRow, subscriptionId: string): Promise<boolean> {
  const sessions = await stripe('job').checkout.sessions.list({ subscription: subscriptionId, limit: 1 })
  const [session] = sessions.data
  return order.checkoutSessionId
    ? session?.id === order.checkoutSessionId
    : session?.metadata?.order_id === order.id
}
