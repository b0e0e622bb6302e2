import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { self } from '../calling-customer.ts'
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
