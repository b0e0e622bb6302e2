import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { self } from '../calling-customer.ts'
import { revokeSessions } from './revoke-sessions.ts'

/** Signs the customer out everywhere but here. Returns in how many places. */
export function revokeOtherSessions(ctx: Authorized<'me:write'>): Promise<number> {
  const { userId, tokenId } = self(ctx)
  return inTransaction(ctx, (tx) => revokeSessions(tx, userId, { except: tokenId }))
}
