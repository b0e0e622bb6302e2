import { and, eq } from 'drizzle-orm'
import { userIdentifiers } from '#db/schema/users.ts'
import type { EmailAddress } from '#lib/core/canonical-email.ts'
import type { Ctx } from '#lib/core/context.ts'
import { endPasswordResets } from '../passwords/password-resets.ts'
import { claimEmail } from './claim-email.ts'
import { queueSecurityNotice } from './queue-security-notice.ts'

/**
 * Replaces the user's primary address in the transaction that is open; the new one is unverified. Returns whether it is
 * another address than before (another spelling of the same one is kept without a change).
 * @throws EMAIL_TAKEN
 */
export async function changeEmail(ctx: Ctx, userId: string, email: EmailAddress): Promise<boolean> {
  const mine = and(
    eq(userIdentifiers.accountId, ctx.accountId),
    eq(userIdentifiers.userId, userId),
    eq(userIdentifiers.kind, 'email'),
    eq(userIdentifiers.isPrimary, true),
  )
  const [before] = await ctx.db
    .select({ canonical: userIdentifiers.canonical, value: userIdentifiers.value })
    .from(userIdentifiers)
    .where(mine)
    .for('update')
  if (before?.canonical === email.canonical) return false
  await ctx.db.delete(userIdentifiers).where(mine)
  await endPasswordResets(ctx, userId)
  await claimEmail(ctx, userId, email)
  // Goes to the previous address, which somebody who took the account over does not read.
  if (before) await queueSecurityNotice(ctx, userId, 'email-changed', before.value)
  return true
}
