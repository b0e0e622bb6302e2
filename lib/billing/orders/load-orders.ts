import { and, count, eq, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { orderLicenses, orders } from '#db/schema/billing.ts'
import { prices, products } from '#db/schema/products.ts'
import { userIdentifiers } from '#db/schema/users.ts'
import { NO_POSITION, type Placed, type Selection } from '#lib/core/list/order.ts'
import { type OrderDto, toOrderDto } from './order-dto.ts'

const priceOfOrder = and(eq(prices.accountId, orders.accountId), eq(prices.id, orders.priceId))
const productOfPrice = and(eq(products.accountId, prices.accountId), eq(products.id, prices.productId))
const emailOfBuyer = and(
  eq(userIdentifiers.accountId, orders.accountId),
  eq(userIdentifiers.userId, orders.userId),
  eq(userIdentifiers.kind, 'email'),
  eq(userIdentifiers.isPrimary, true),
)
const licenseCount = sql<number>`(
  select count(*)::int from ${orderLicenses}
  where ${orderLicenses.accountId} = ${orders.accountId} and ${orderLicenses.orderId} = ${orders.id})`

/** Orders with what is shown beside them. `where` and `orderBy` may use orders, prices, products and the buyer's address. */
export async function loadOrders(
  db: Executor,
  accountId: string,
  { where, orderBy = [], limit = 1, offset = 0, position = NO_POSITION }: Selection,
): Promise<(Placed & { order: OrderDto })[]> {
  const rows = await db
    .select({
      position,
      order: orders,
      price: prices,
      product: products,
      userEmail: userIdentifiers.value,
      licenseCount,
    })
    .from(orders)
    .innerJoin(prices, priceOfOrder)
    .innerJoin(products, productOfPrice)
    .leftJoin(userIdentifiers, emailOfBuyer)
    .where(and(eq(orders.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
  return rows.map(({ position, ...row }) => ({ position, order: toOrderDto(row) }))
}

export async function countOrders(db: Executor, accountId: string, where: SQL | undefined): Promise<number> {
  const [row] = await db
    .select({ count: count() })
    .from(orders)
    .innerJoin(prices, priceOfOrder)
    .innerJoin(products, productOfPrice)
    .leftJoin(userIdentifiers, emailOfBuyer)
    .where(and(eq(orders.accountId, accountId), where))
  return row?.count ?? 0
}
