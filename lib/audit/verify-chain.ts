import type { Authorized } from '#lib/core/authorize.ts'
import { type ChainState, checkChain } from './check-chain.ts'

/** Whether the account's audit trail is as it was written: nothing altered, removed or added beside it. */
export async function verifyChain(ctx: Authorized<'eventLog:read'>): Promise<ChainState> {
  return checkChain(ctx.db, ctx.accountId)
}
