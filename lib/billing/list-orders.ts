import { and, desc, eq, or, type SQL, sql } from 'drizzle-orm'
import { orders } from '#db/schema/billing.ts'
import { products } from '#db/schema/products.ts'
import { userIdentifiers } from '#db/schema/users.ts'
import type { Authorized } from '../auth/authorize.ts'
import { isId } from '../ids.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
import { orderFields } from './list-fields.ts'
import { countOrders, loadOrders } from './load-orders.ts'
import type { OrderDto } from './order-dto.ts'

/** Orders, newest first unless sorted otherwise. `query` finds by address, product, or any id of ours or the provider's. */
export async function listOrders(ctx: Authorized<'order:read'>, input: ListInput): Promise<Page<OrderDto>> {
  const where = and(filtersToSql(orderFields, input.filters), input.query ? matches(input.query) : undefined)
  const orderBy =
    input.sort.length > 0
      ? sortToSql(orderFields, input.sort, orders)
      : [desc(orders.createdAt), desc(orders.id)]
  const [total, items] = await Promise.all([
    countOrders(ctx.db, ctx.accountId, where),
    loadOrders(ctx.db, ctx.accountId, {
      where,
      orderBy,
      limit: input.limit,
      offset: (input.page - 1) * input.limit,
    }),
  ])
  return new Page(items, { total, page: input.page, limit: input.limit })
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
