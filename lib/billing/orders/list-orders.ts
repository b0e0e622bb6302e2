import { and, eq, or, type SQL, sql } from 'drizzle-orm'
import { orders } from '#db/schema/billing.ts'
import { prices, products } from '#db/schema/products.ts'
import { userIdentifiers } from '#db/schema/users.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { isId } from '#lib/core/ids.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { countOrders, loadOrders } from './load-orders.ts'
import type { OrderDto } from './order-dto.ts'

/** What orders may be filtered and sorted by. */
export const orderListFields = {
  userId: { kind: 'id', column: orders.userId },
  productId: { kind: 'id', column: prices.productId },
  priceId: { kind: 'id', column: orders.priceId },
  mode: { kind: 'choice', column: orders.mode },
  paymentStatus: { kind: 'choice', column: orders.paymentStatus },
  amountTotal: { kind: 'number', column: orders.amountTotal },
  livemode: { kind: 'boolean', column: orders.livemode },
  paidAt: { kind: 'date', column: orders.paidAt },
  createdAt: { kind: 'date', column: orders.createdAt },
} satisfies ListFields

/** Orders, newest first unless sorted otherwise. `query` finds by address, product, or any id of ours or the provider's. */
export async function listOrders(ctx: Authorized<'order:read'>, input: ListInput): Promise<Page<OrderDto>> {
  const where = and(
    filtersToSql(orderListFields, input.filters),
    input.query ? matches(input.query) : undefined,
  )
  const page = await paginate(
    {
      fields: orderListFields,
      input,
      ties: orders,
      where,
      byDefault: [{ field: 'createdAt', descending: true }],
    },
    {
      count: () => countOrders(ctx.db, ctx.accountId, where),
      rows: (selection) => loadOrders(ctx.db, ctx.accountId, selection),
    },
  )
  return page.map(({ order }) => order)
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
