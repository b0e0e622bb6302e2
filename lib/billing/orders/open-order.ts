import { and, desc, eq, gt, isNotNull, isNull, notInArray } from 'drizzle-orm'
import { orders } from '#db/schema/billing.ts'
import type { prices } from '#db/schema/products.ts'
import { userGroups, users } from '#db/schema/users.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { isLivemode } from '../stripe-client.ts'
import type { OrderRow } from './find-claimed-order.ts'
import { NOT_RUNNING } from './order-status.ts'

/** Time in which a second click on *Buy* continues the first order. */
const REUSE_MS = 30 * 60_000

/**
 * The order of this click: the one still open, or a new one. It locks the buyer's row, so that a double click and two tabs end
 * in one order.
 * @throws GROUP_CANNOT_BUY, ALREADY_SUBSCRIBED
 */
export async function openOrder(
  ctx: Authorized<'me:buy'>,
  userId: string,
  price: typeof prices.$inferSelect,
): Promise<OrderRow> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const [buyer] = await tx.db
      .select({ groupId: users.groupId, bannedAt: users.bannedAt })
      .from(users)
      .where(and(eq(users.accountId, tx.accountId), eq(users.id, userId)))
      .for('update')
    if (!buyer || buyer.bannedAt) throw new AppError('FORBIDDEN', 'This account cannot buy.')
    await requireBuyingGroup(tx, buyer.groupId)
    const livemode = isLivemode()
    const own = and(
      eq(orders.accountId, tx.accountId),
      eq(orders.userId, userId),
      eq(orders.priceId, price.id),
      eq(orders.livemode, livemode),
    )
    if (price.kind === 'recurring') {
      const [running] = await tx.db
        .select({ id: orders.id })
        .from(orders)
        .where(and(own, isNotNull(orders.subscriptionId), notInArray(orders.paymentStatus, [...NOT_RUNNING])))
        .limit(1)
      if (running) {
        throw new AppError('ALREADY_SUBSCRIBED', 'You already have this subscription. See My licenses.')
      }
    }
    const [open] = await tx.db
      .select()
      .from(orders)
      .where(
        and(
          own,
          isNull(orders.paidAt),
          isNull(orders.failedAt),
          isNull(orders.expiredAt),
          eq(orders.paymentStatus, 'open'),
          gt(orders.createdAt, new Date(now.getTime() - REUSE_MS)),
        ),
      )
      .orderBy(desc(orders.createdAt))
      .limit(1)
    if (open) return open
    const [order] = await tx.db
      .insert(orders)
      .values({
        accountId: tx.accountId,
        id: newId(),
        userId,
        priceId: price.id,
        mode: price.kind === 'recurring' ? 'subscription' : 'payment',
        livemode,
        currency: price.currency,
        createdAt: now,
        updatedAt: now,
      })
      .returning()
    if (!order) throw new Error('the order was not written')
    recordEvent(tx, {
      event: 'order.opened',
      resource: 'order',
      resourceId: order.id,
      userId,
      changes: { priceId: price.id },
    })
    return order
  })
}

/** Users in no group belong to the default one. */
async function requireBuyingGroup(ctx: Authorized<'me:buy'>, groupId: string | null): Promise<void> {
  const [group] = await ctx.db
    .select({ canBuy: userGroups.canBuy })
    .from(userGroups)
    .where(
      and(
        eq(userGroups.accountId, ctx.accountId),
        groupId ? eq(userGroups.id, groupId) : eq(userGroups.isDefault, true),
      ),
    )
  if (!group?.canBuy) {
    throw new AppError('GROUP_CANNOT_BUY', 'Your account cannot buy here. Please contact the vendor.')
  }
}
