import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { revokeSessions } from './revoke-sessions.ts'

/**
 * Signs a user out in one place, on the vendor's behalf; its next request is refused.
 * @throws NOT_FOUND when it is not one of that user's live sessions
 */
export async function revokeUserSession(
  ctx: Authorized<'user:write'>,
  input: { userId: string; sessionId: string },
): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    if ((await revokeSessions(tx, input.userId, { only: input.sessionId })) === 0) throw notFound('session')
  })
}
