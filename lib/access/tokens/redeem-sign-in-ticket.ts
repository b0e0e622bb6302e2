import { and, eq, gt, isNull } from 'drizzle-orm'
import { signInTickets } from '#db/schema/users.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { hashToken } from '#lib/core/crypto/token.ts'
import { AppError } from '#lib/core/errors.ts'
import { type IssuedAccessToken, issueAccessToken } from './issue-access-token.ts'

/**
 * Turns a ticket into a browser's access token, once. Undefined for a ticket that is unknown, used, older than a minute, of
 * another flow, or of a user whose sessions were all ended since it was made.
 */
export async function redeemSignInTicket(
  ctx: Authorized<'public'>,
  input: { ticket: string; flow: string },
): Promise<(IssuedAccessToken & { userId: string }) | undefined> {
  const now = ctx.clock.now()
  return inTransaction(ctx, async (tx) => {
    const [ticket] = await tx.db
      .update(signInTickets)
      .set({ consumedAt: now })
      .where(
        and(
          eq(signInTickets.accountId, tx.accountId),
          eq(signInTickets.ticketHash, hashToken(input.ticket)),
          eq(signInTickets.flowHash, hashToken(input.flow)),
          isNull(signInTickets.consumedAt),
          gt(signInTickets.expiresAt, now),
        ),
      )
      .returning({
        userId: signInTickets.userId,
        signInEpoch: signInTickets.signInEpoch,
        userAgent: signInTickets.userAgent,
      })
    if (!ticket) return undefined
    const issued = await issueAccessToken(tx, { ...ticket, kind: 'browser' })
    return { ...issued, userId: ticket.userId }
  }).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'AUTHENTICATION_FAILED') return undefined
    throw error
  })
}
