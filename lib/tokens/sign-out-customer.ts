import { inTransaction } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import { self } from '../auth/self.ts'
import { revokeSessions } from './revoke-sessions.ts'

/** Signs the customer out here: a copy of the cookie is worth nothing from now on. */
export async function signOutCustomer(ctx: Authorized<'me:write'>): Promise<void> {
  const { userId, tokenId } = self(ctx)
  await inTransaction(ctx, (tx) => revokeSessions(tx, userId, { only: tokenId }))
}
