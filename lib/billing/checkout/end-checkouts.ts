import { and, eq } from 'drizzle-orm'
import { users } from '#db/schema/users.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { closeCheckouts, settleClosedOrders } from './close-checkouts.ts'

/**
 * Closes the payment pages of somebody who was banned while one was open.
 * @throws IN_USE, PAYMENT_PROVIDER_UNAVAILABLE: then the job that asked for it tries again later
 */
export async function endCheckouts(ctx: Authorized<'system:work'>, userId: string): Promise<void> {
  const mine = and(eq(users.accountId, ctx.accountId), eq(users.id, userId))
  const [user] = await ctx.db.select({ bannedAt: users.bannedAt }).from(users).where(mine)
  if (!user?.bannedAt) return
  const closed = await closeCheckouts(ctx, userId)
  const isSettled = await inTransaction(ctx, async (tx) => {
    await tx.db.select({ id: users.id }).from(users).where(mine).for('update')
    return settleClosedOrders(tx, userId, closed)
  })
  if (!isSettled) throw new AppError('IN_USE', 'A payment page was opened meanwhile.')
}
