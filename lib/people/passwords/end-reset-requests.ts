import { and, eq, sql } from 'drizzle-orm'
import { userIdentifiers } from '#db/schema/users.ts'
import type { Ctx } from '#lib/core/context.ts'
import { resetJobKeys } from './reset-job-key.ts'

/**
 * Takes back the waiting requests for a new password to a user's addresses, in the open transaction: their jobs hold the
 * address, sealed. One that is being worked on at this moment ends by itself and finds nobody.
 */
export async function endResetRequests(ctx: Ctx, userId: string): Promise<void> {
  const rows = await ctx.db
    .select({ canonical: userIdentifiers.canonical })
    .from(userIdentifiers)
    .where(and(eq(userIdentifiers.accountId, ctx.accountId), eq(userIdentifiers.userId, userId)))
  for (const { canonical } of rows) {
    for (const key of await resetJobKeys(ctx.accountId, canonical)) {
      await ctx.db.execute(sql`select graphile_worker.remove_job(${key}::text)`)
    }
  }
}
