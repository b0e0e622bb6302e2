import type { Authorized } from '#lib/core/authorize.ts'
import { type AccountKeyDto, accountPublicKeys } from './public-keys.ts'

/** The keys with which applications check license files, the one that signs now first. */
export function listAccountKeys(ctx: Authorized<'product:read'>): Promise<AccountKeyDto[]> {
  return accountPublicKeys(ctx.db, ctx.accountId, ctx.clock.now())
}
