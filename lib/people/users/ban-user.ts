import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { bannedIdentifiers, userIdentifiers, users } from '#db/schema/users.ts'
import { revokeSessions } from '#lib/access/tokens/revoke-sessions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { id, text } from '#lib/core/input/fields.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'
import { lastingHash } from '#lib/core/key-store/lasting-keys.ts'
import { bannedValue } from './claim-email.ts'
import { findUser } from './find-user.ts'
import { toUserDto, type UserDto } from './user-dto.ts'

export const Ban = z.object({ id: id(), reason: text(500, 1) })

/**
 * Bans a user: from the next request on nothing of theirs works, and their addresses cannot register again. Licenses are not
 * touched: their status looks at the owner. A job closes their open payment pages. A second ban keeps the time of the first and
 * takes the new reason.
 * @throws NOT_FOUND
 */
export async function banUser(ctx: Authorized<'user:ban'>, input: z.output<typeof Ban>): Promise<UserDto> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(users.accountId, tx.accountId), eq(users.id, input.id))
    const [before] = await tx.db.select({ bannedAt: users.bannedAt }).from(users).where(mine).for('update')
    if (!before) throw notFound('user')
    const now = tx.clock.now()
    await tx.db
      .update(users)
      .set({ bannedAt: before.bannedAt ?? now, banReason: input.reason, updatedAt: now })
      .where(mine)
    await rememberIdentifiers(tx, input.id)
    await revokeSessions(tx, input.id, 'all')
    const payload = { accountId: tx.accountId, userId: input.id }
    await addJob(tx.db, 'end-checkouts', payload, { key: `end-checkouts:${input.id}` })
    recordEvent(tx, {
      event: 'user.banned',
      resource: 'user',
      resourceId: input.id,
      userId: input.id,
      personal: { reason: input.reason },
    })
    const user = await findUser(tx.db, tx.accountId, input.id)
    if (!user) throw notFound('user')
    return toUserDto(user)
  })
}

async function rememberIdentifiers(ctx: Authorized<'user:ban'>, userId: string): Promise<void> {
  const identifiers = await ctx.db
    .select({ kind: userIdentifiers.kind, canonical: userIdentifiers.canonical })
    .from(userIdentifiers)
    .where(and(eq(userIdentifiers.accountId, ctx.accountId), eq(userIdentifiers.userId, userId)))
  if (identifiers.length === 0) return
  await ctx.db
    .insert(bannedIdentifiers)
    .values(
      await Promise.all(
        identifiers.map(async ({ kind, canonical }) => ({
          accountId: ctx.accountId,
          id: newId(),
          userId,
          kind,
          hash: await lastingHash('ban', bannedValue(kind, canonical)),
          createdAt: ctx.clock.now(),
        })),
      ),
    )
    .onConflictDoNothing()
}
