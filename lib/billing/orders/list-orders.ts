import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import { orders } from '#db/schema/billing.ts'
import { products } from '#db/schema/products.ts'
import { userIdentifiers } from '#db/schema/users.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { isId } from '#lib/core/ids.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { orderFields } from './list-fields.ts'
import { countOrders, loadOrders } from './load-orders.ts'
import type { OrderDto } from './order-dto.ts'

/** Orders, newest first unless sorted otherwise. `query` finds by address, product, or any id of ours or the provider's. */
export async function listOrders(ctx: Authorized<'order:read'>, input: ListInput): Promise<Page<OrderDto>> {
  const where = and(filtersToSql(orderFields, input.filters), input.query ? matches(input.query) : undefined)
  const order = listOrder(orderFields, input, orders, [{ field: 'createdAt', descending: true }])
  const [total, rows] = await Promise.all([
    countOrders(ctx.db, ctx.accountId, where),
    loadOrders(ctx.db, ctx.accountId, {
      ...order,
      where: and(where, order.after),
    }),
  ])
  return order.page(rows, total).map(({ order }) => order)
}

function matches(query: string): SQL | undefined {
  if (isId(query)) return or(eq(orders.id, query), eq(orders.userId, query))
  const part = `%${likeText(query)}%`
  return or(
    eq(orders.checkoutSessionId, query),
    eq(orders.subscriptionId, query),
    eq(orders.paymentIntentId, query),
    sql`${userIdentifiers.value} ilike ${part}`,
    sql`${products.displayName} ilike ${part}`,
  )
}
