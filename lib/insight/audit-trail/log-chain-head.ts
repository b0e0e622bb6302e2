import { eq } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { eventLogHeads } from '#db/schema/audit.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { log } from '#lib/core/logging/log.ts'

/**
 * Tells the newest link of the account's audit trail to the log, which lies outside the database: `latchkey doctor --since` with it
 * shows later whether everything up to there is still as it was.
 */
export async function logChainHead(ctx: Authorized<'system:work'>): Promise<void> {
  const [head] = await ctx.db
    .select({ alias: accounts.alias, seq: eventLogHeads.seq, hash: eventLogHeads.hash })
    .from(eventLogHeads)
    .innerJoin(accounts, eq(accounts.id, eventLogHeads.accountId))
    .where(eq(eventLogHeads.accountId, ctx.accountId))
  if (!head || head.seq === 0) return
  log().info({ auditHead: `${head.alias}:${head.seq}:${head.hash}` }, 'the newest link of the audit trail')
}
