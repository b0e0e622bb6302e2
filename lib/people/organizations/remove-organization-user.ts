import { and, eq } from 'drizzle-orm'
import { users } from '#db/schema/users.ts'
import { requireOwn } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { requireMayTakeOver } from '../passwords/require-may-take-over.ts'
import { changedBelonging } from '../users/belonging.ts'
import { settleBelonging } from '../users/settle-belonging.ts'

/**
 * Takes a user out of the organization and its groups, and frees the seat. The user stays a customer.
 * @throws NOT_FOUND, CONFLICT for an administrator who would remove themselves
 */
export async function removeOrganizationUser(
  ctx: Authorized<'organization:write'>,
  { id: organizationId, userId }: { id: string; userId: string },
): Promise<undefined> {
  requireOwn(ctx, 'organization', organizationId)
  if (ctx.actor.kind === 'customer' && ctx.actor.userId === userId) {
    throw new AppError('CONFLICT', 'You cannot take yourself out of the organization that you run.')
  }
  return inTransaction(ctx, async (tx) => {
    const mine = and(
      eq(users.accountId, tx.accountId),
      eq(users.id, userId),
      eq(users.organizationId, organizationId),
    )
    const [before] = await tx.db
      .select({
        organizationId: users.organizationId,
        isOrganizationAdmin: users.isOrganizationAdmin,
        resellerId: users.resellerId,
        isResellerAdmin: users.isResellerAdmin,
      })
      .from(users)
      .where(mine)
      .for('update')
    if (!before) throw notFound('user')
    const after = changedBelonging(before, { organizationId: null })
    requireMayTakeOver(tx, before, after)
    await settleBelonging(tx, userId, before, after)
    await tx.db
      .update(users)
      .set({ ...after, updatedAt: tx.clock.now() })
      .where(mine)
    recordEvent(tx, {
      event: 'user.updated',
      resource: 'user',
      resourceId: userId,
      userId,
      changes: { organizationId: null },
    })
    return undefined
  })
}
