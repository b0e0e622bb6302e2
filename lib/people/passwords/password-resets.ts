import { and, eq, sql } from 'drizzle-orm'
import { passwordResets } from '#db/schema/second-factors.ts'
import { userIdentifiers } from '#db/schema/users.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { hashToken, newToken } from '#lib/core/crypto/token.ts'
import { newId } from '#lib/core/ids.ts'
import { lastingHash, lastingHashes } from '#lib/core/key-store/lasting-keys.ts'

const PURPOSE = 'identifier-throttle'

/** The job key for mailing a link to an address. Repeated requests before it runs are one mail. */
export async function resetJobKey(accountId: string, identifier: string): Promise<string> {
  return `reset:${await lastingHash(PURPOSE, textOf(accountId, identifier))}`
}

/** Every key that a waiting job for the address may have, because lasting keys may be renewed. */
export async function resetJobKeys(accountId: string, identifier: string): Promise<string[]> {
  return (await lastingHashes(PURPOSE, textOf(accountId, identifier))).map((hash) => `reset:${hash}`)
}

function textOf(accountId: string, identifier: string): string {
  return `${accountId} reset ${identifier}`
}

/**
 * Removes the waiting reset requests for a user's addresses, in the open transaction, because their jobs hold the sealed
 * address. A job that runs now finds no user.
 */
export async function endResetRequests(ctx: Ctx, userId: string): Promise<void> {
  const rows = await ctx.db
    .select({ canonical: userIdentifiers.canonical })
    .from(userIdentifiers)
    .where(and(eq(userIdentifiers.accountId, ctx.accountId), eq(userIdentifiers.userId, userId)))
  for (const { canonical } of rows) {
    for (const key of await resetJobKeys(ctx.accountId, canonical)) {
      await ctx.db.execute(sql`select graphile_worker.remove_job(${key}::text)`)
    }
  }
}

const LIFE_MS = 3_600_000

/**
 * Makes a reset token in the open transaction; only its hash is stored.
 * @param mailed whether the token goes to the user's mailbox and nowhere else
 */
export async function insertPasswordReset(
  ctx: Ctx,
  user: { id: string; email: string },
  { mailed }: { mailed: boolean },
): Promise<string> {
  const now = ctx.clock.now()
  const token = newToken()
  await ctx.db.insert(passwordResets).values({
    accountId: ctx.accountId,
    id: newId(),
    userId: user.id,
    tokenHash: hashToken(token),
    emailCanonical: canonicalEmail(user.email),
    mailed,
    expiresAt: new Date(now.getTime() + LIFE_MS),
    createdAt: now,
  })
  return token
}

/** Ends every reset token of the user, in the open transaction. */
export async function endPasswordResets(ctx: Ctx, userId: string): Promise<void> {
  await ctx.db
    .delete(passwordResets)
    .where(and(eq(passwordResets.accountId, ctx.accountId), eq(passwordResets.userId, userId)))
}
