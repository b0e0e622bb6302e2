import { passwordResets } from '#db/schema/second-factors.ts'
import { canonicalEmail } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { hashToken, newToken } from '#lib/core/crypto/token.ts'
import { newId } from '#lib/core/ids.ts'

const LIFE_MS = 3_600_000

/**
 * Makes a way to a new password, in the transaction that is open: its token, which only the hash of is kept.
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
