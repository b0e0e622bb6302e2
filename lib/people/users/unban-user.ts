import { and, eq } from 'drizzle-orm'
import { bannedIdentifiers, users } from '#db/schema/users.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { findUser } from './find-user.ts'
import { toUserDto, type UserDto } from './user-dto.ts'

/**
 * Lifts a ban: the user may sign in again, and their licenses answer as before. What was revoked by hand stays revoked.
 * @throws NOT_FOUND
 */
export async function unbanUser(ctx: Authorized<'user:ban'>, input: { id: string }): Promise<UserDto> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(users.accountId, tx.accountId), eq(users.id, input.id))
    const [before] = await tx.db.select({ bannedAt: users.bannedAt }).from(users).where(mine).for('update')
    if (!before) throw notFound('user')
    if (before.bannedAt) {
      await tx.db
        .update(users)
        .set({ bannedAt: null, banReason: null, updatedAt: tx.clock.now() })
        .where(mine)
      await tx.db
        .delete(bannedIdentifiers)
        .where(and(eq(bannedIdentifiers.accountId, tx.accountId), eq(bannedIdentifiers.userId, input.id)))
      recordEvent(tx, { event: 'user.unbanned', resource: 'user', resourceId: input.id, userId: input.id })
    }
    const user = await findUser(tx.db, tx.accountId, input.id)
    if (!user) throw notFound('user')
    return toUserDto(user)
  })
}
