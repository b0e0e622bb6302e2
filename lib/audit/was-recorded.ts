import { and, eq, gt } from 'drizzle-orm'
import { eventLogs } from '#db/schema/audit.ts'
import type { Ctx } from '#lib/core/context.ts'

/**
 * Whether the event was recorded for this resource within so many milliseconds. Frequent events are recorded once in that time.
 */
export async function wasRecorded(
  ctx: Ctx,
  { event, resourceId, withinMs }: { event: string; resourceId: string; withinMs: number },
): Promise<boolean> {
  const since = new Date(ctx.clock.now().getTime() - withinMs)
  const [recent] = await ctx.db
    .select({ id: eventLogs.id })
    .from(eventLogs)
    .where(
      and(
        eq(eventLogs.accountId, ctx.accountId),
        eq(eventLogs.resourceId, resourceId),
        eq(eventLogs.event, event),
        gt(eventLogs.createdAt, since),
      ),
    )
    .limit(1)
  return recent !== undefined
}
