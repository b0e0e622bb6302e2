import { and, eq, lt, ne, or } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { activationLogs } from '#db/schema/license-parts.ts'
import type { Authorized } from '#lib/core/authorize.ts'

const DAY_MS = 86_400_000
const KEPT_DAYS = 365
/** Lines of swaps stay for a year, whatever the account's setting, because the yearly limit counts them. */
const SWAPS_KEPT_DAYS = 366

/** Removes lines of the log that are older than the account keeps them. */
export async function purgeActivationLogs(ctx: Authorized<'system:work'>): Promise<void> {
  const [account] = await ctx.db
    .select({ settings: accounts.settings })
    .from(accounts)
    .where(eq(accounts.id, ctx.accountId))
  const keptDays = account?.settings.activationLogDays ?? KEPT_DAYS
  const daysAgo = (days: number) => new Date(ctx.clock.now().getTime() - days * DAY_MS)
  await ctx.db
    .delete(activationLogs)
    .where(
      and(
        eq(activationLogs.accountId, ctx.accountId),
        lt(activationLogs.createdAt, daysAgo(keptDays)),
        or(ne(activationLogs.action, 'swap'), lt(activationLogs.createdAt, daysAgo(SWAPS_KEPT_DAYS))),
      ),
    )
}
