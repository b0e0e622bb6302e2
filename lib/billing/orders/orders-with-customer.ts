import { and, eq } from 'drizzle-orm'
import { orders, stripeCustomers } from '#db/schema/billing.ts'
import type { Ctx } from '#lib/core/context.ts'

/** Orders with what their payment pages are found by at the provider; the caller says which. */
export function selectOrdersWithCustomer(ctx: Ctx) {
  return ctx.db
    .select({
      id: orders.id,
      createdAt: orders.createdAt,
      sessionId: orders.checkoutSessionId,
      customerId: stripeCustomers.customerId,
    })
    .from(orders)
    .leftJoin(
      stripeCustomers,
      and(
        eq(stripeCustomers.accountId, orders.accountId),
        eq(stripeCustomers.userId, orders.userId),
        eq(stripeCustomers.livemode, orders.livemode),
      ),
    )
}
