import { inTransaction } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import { self } from '../auth/self.ts'
import { notFound } from '../errors.ts'
import { revokeSessions } from './revoke-sessions.ts'

/**
 * Signs the customer out in one place.
 * @throws NOT_FOUND when it is not one of their live sessions
 */
export async function revokeMySession(ctx: Authorized<'me:write'>, input: { id: string }): Promise<void> {
  await inTransaction(ctx, async (tx) => {
    if ((await revokeSessions(tx, self(ctx).userId, { only: input.id })) === 0) throw notFound('session')
  })
}
