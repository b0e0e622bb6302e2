import { signInTickets } from '#db/schema/users.ts'
import type { Ctx } from '#lib/core/context.ts'
import { hashToken, newToken } from '#lib/core/crypto/token.ts'
import { newId } from '#lib/core/ids.ts'
import type { Proven } from './issue-access-token.ts'

const TICKET_SECONDS = 60

/**
 * One-time proof that this user has just passed the whole sign-in, worth nothing without the flow's own secret, nor once
 * the user's sessions were all ended.
 */
export async function mintSignInTicket(
  ctx: Ctx,
  input: Proven & { userAgent: string },
): Promise<{ ticket: string; flow: string }> {
  const now = ctx.clock.now()
  const ticket = newToken()
  const flow = newToken()
  await ctx.db.insert(signInTickets).values({
    accountId: ctx.accountId,
    id: newId(),
    userId: input.userId,
    signInEpoch: input.signInEpoch,
    ticketHash: hashToken(ticket),
    flowHash: hashToken(flow),
    userAgent: input.userAgent.slice(0, 300),
    expiresAt: new Date(now.getTime() + TICKET_SECONDS * 1000),
    createdAt: now,
  })
  return { ticket, flow }
}
