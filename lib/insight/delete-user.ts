import { and, eq, inArray, isNull, notInArray, or, sql } from 'drizzle-orm'
import { orders, stripeCustomers } from '#db/schema/billing.ts'
import { activationLogs } from '#db/schema/license-parts.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import { userKeys, users } from '#db/schema/users.ts'
import { forgetUserInDeliveries } from '#lib/announce/webhooks/forget-user.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockChain } from '#lib/audit/lock-chain.ts'
import {
  type ClosedSessions,
  closeCheckouts,
  settleClosedOrders,
} from '#lib/billing/checkout/close-checkouts.ts'
import { NOT_RUNNING } from '#lib/billing/orders/order-status.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { forgetAnswersAbout } from '#lib/core/idempotency/forget-answers.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'
import { forgetAdditionalUser } from '#lib/licensing/licenses/forget-additional-user.ts'
import { endResetRequests } from '#lib/people/passwords/password-resets.ts'
import { requireMayTakeOver } from '#lib/people/passwords/require-may-take-over.ts'
import { NOWHERE } from '#lib/people/users/belonging.ts'
import { findUser } from '#lib/people/users/find-user.ts'
import { toUserDto } from '#lib/people/users/user-dto.ts'

/** How often a deletion begins anew because the user opened a payment page meanwhile. */
const ROUNDS_MAX = 3

/**
 * Deletes a user and everything personal for good: sessions, addresses, mails, and the key that their values in the audit trail
 * are sealed under. Licenses stay without an owner, orders with the bare id. A ban stays after the user: as a hash, and as the
 * suspension of their licenses. Payment pages that they have open are closed at the provider first; what is paid all the same
 * is given back by the reconciliation.
 * @throws NOT_FOUND; INSUFFICIENT_SCOPE for who runs something (`requireMayTakeOver`); IN_USE while a subscription runs or a
 *   payment was made just now; PAYMENT_PROVIDER_UNAVAILABLE while a page is open that cannot be closed. In each case the user
 *   stays as they are
 */
export async function deleteUser(ctx: Authorized<'user:write'>, input: { id: string }): Promise<void> {
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const user = await findUser(ctx.db, ctx.accountId, input.id)
    if (!user) throw notFound('user')
    // Checked before payment pages are closed. `erase` checks again under the row's lock.
    requireMayTakeOver(ctx, user, NOWHERE)
    await refuseWhileSubscribed(ctx, input.id)
    // Requests to the provider are slow, so they never run with rows locked.
    const closed = await closeCheckouts(ctx, input.id)
    if (await erase(ctx, input, closed)) return
  }
  throw new AppError('IN_USE', 'This user is buying something right now. Please try again in a moment.')
}

/** Returns false, with nothing changed, where a payment page was opened meanwhile. */
async function erase(
  ctx: Authorized<'user:write'>,
  input: { id: string },
  closed: ClosedSessions,
): Promise<boolean> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(users.accountId, tx.accountId), eq(users.id, input.id))
    const [user] = await tx.db
      .select({
        bannedAt: users.bannedAt,
        organizationId: users.organizationId,
        isOrganizationAdmin: users.isOrganizationAdmin,
        resellerId: users.resellerId,
        isResellerAdmin: users.isResellerAdmin,
      })
      .from(users)
      .where(mine)
      .for('update')
    if (!user) throw notFound('user')
    requireMayTakeOver(tx, user, NOWHERE)
    await refuseWhileSubscribed(tx, input.id)
    if (!(await settleClosedOrders(tx, input.id, closed))) return false
    const last = await findUser(tx.db, tx.accountId, input.id)
    await releaseLicenses(tx, input.id, user.bannedAt)
    await endResetRequests(tx, input.id)
    await forgetAdditionalUser(tx, input.id)
    await tx.db.delete(mails).where(and(eq(mails.accountId, tx.accountId), eq(mails.userId, input.id)))
    // Deleting a webhook takes the chain before its deliveries.
    await lockChain(tx)
    await forgetUserInDeliveries(tx, input.id)
    await tx.db
      .delete(stripeCustomers)
      .where(and(eq(stripeCustomers.accountId, tx.accountId), eq(stripeCustomers.userId, input.id)))
    await tx.db
      .delete(userKeys)
      .where(and(eq(userKeys.accountId, tx.accountId), eq(userKeys.userId, input.id)))
    await tx.db.delete(users).where(mine)
    // This comes last: a request that is about to store its answer may hold any of the other locks.
    await forgetAnswersAbout(tx, input.id)
    await addJob(tx.db, 'forget-answers', { accountId: tx.accountId, userId: input.id })
    // Without `userId`: sealing anything for them would make a new key.
    recordEvent(tx, {
      event: 'user.deleted',
      resource: 'user',
      resourceId: input.id,
      snapshot: last && toUserDto(last),
    })
    return true
  })
}

/**
 * Licenses stay without an owner; personal values of their devices are deleted. Licenses that a ban suspended stay suspended.
 */
async function releaseLicenses(ctx: Ctx, userId: string, bannedAt: Date | null): Promise<void> {
  const now = ctx.clock.now()
  const released = await ctx.db
    .update(licenses)
    .set({
      userId: null,
      updatedAt: now,
      ...(bannedAt && {
        suspendedManualAt: sql`coalesce(${licenses.suspendedManualAt}, ${now.toISOString()}::timestamptz)`,
      }),
    })
    .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.userId, userId)))
    .returning({ id: licenses.id })
  const ids = released.map(({ id }) => id)
  await ctx.db
    .update(activations)
    .set({ name: '', hostname: '', vmName: '', ip: null, metadata: [], updatedAt: now })
    .where(and(eq(activations.accountId, ctx.accountId), inArray(activations.licenseId, ids)))
  // Includes lines from before the license had an owner, whose device values are not sealed.
  await ctx.db
    .update(activationLogs)
    .set({ hostname: '', vmName: '', ip: null, metadata: [] })
    .where(
      and(
        eq(activationLogs.accountId, ctx.accountId),
        or(
          eq(activationLogs.userId, userId),
          and(isNull(activationLogs.userId), inArray(activationLogs.licenseId, ids)),
        ),
      ),
    )
  for (const id of bannedAt ? ids : []) {
    recordEvent(ctx, {
      event: 'license.updated',
      resource: 'license',
      resourceId: id,
      changes: { suspendedManualAt: now.toISOString(), reason: 'its owner was banned and deleted' },
    })
  }
}

async function refuseWhileSubscribed(ctx: Ctx, userId: string): Promise<void> {
  const [running] = await ctx.db
    .select({ id: orders.id })
    .from(orders)
    .where(
      and(
        eq(orders.accountId, ctx.accountId),
        eq(orders.userId, userId),
        eq(orders.mode, 'subscription'),
        notInArray(orders.paymentStatus, [...NOT_RUNNING]),
      ),
    )
    .limit(1)
  if (running) {
    throw new AppError('IN_USE', 'This user has a running subscription. Cancel it first.')
  }
}
