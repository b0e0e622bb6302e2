import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { self } from '../calling-customer.ts'
import { revokeSessions } from './revoke-sessions.ts'

/** Signs the customer out here: a copy of the cookie is worth nothing from now on. */
export async function signOutCustomer(ctx: Authorized<'me:write'>): Promise<void> {
  const { userId, tokenId } = self(ctx)
  await inTransaction(ctx, (tx) => revokeSessions(tx, userId, { only: tokenId }))
}
