import { and, desc, eq } from 'drizzle-orm'
import { orderLicenses, orders } from '#db/schema/billing.ts'
import type { Authorized } from '#lib/core/authorize.ts'

/** The orders that a license came from, newest first: none for one made by hand. */
export async function listLicenseOrders(
  ctx: Authorized<'order:read'>,
  licenseId: string,
): Promise<{ id: string; paymentStatus: string; createdAt: string }[]> {
  const rows = await ctx.db
    .select({ id: orders.id, paymentStatus: orders.paymentStatus, createdAt: orders.createdAt })
    .from(orderLicenses)
    .innerJoin(
      orders,
      and(eq(orders.accountId, orderLicenses.accountId), eq(orders.id, orderLicenses.orderId)),
    )
    .where(and(eq(orderLicenses.accountId, ctx.accountId), eq(orderLicenses.licenseId, licenseId)))
    .orderBy(desc(orders.createdAt))
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }))
}
