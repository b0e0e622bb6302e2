import type { Authorized } from '#lib/core/authorize.ts'
import { findSetupLink, hasOperator } from './find-setup-link.ts'

/** Whether the link would still create the first operator. Looking does not use it up. */
export async function isSetupLinkUsable(ctx: Authorized<'public'>, token: string): Promise<boolean> {
  if (await hasOperator(ctx.db, ctx.accountId)) return false
  return (await findSetupLink(ctx.db, ctx.accountId, token, ctx.clock.now())) !== undefined
}
