import type { Ctx } from '#lib/core/context.ts'
import type { PendingEvent } from '#lib/core/pending-event.ts'
import { writeEvents } from './write-events.ts'

/**
 * Runs the work in one transaction, or in the one that is already open. Events recorded in it are written as its last
 * statements, so a change without its audit row cannot be committed.
 */
export async function inTransaction<C extends Ctx, T>(ctx: C, work: (ctx: C) => Promise<T>): Promise<T> {
  if (ctx.pendingEvents) return work(ctx)
  return ctx.db.transaction(async (tx) => {
    const pendingEvents: PendingEvent[] = []
    const inner: C = { ...ctx, db: tx, pendingEvents }
    const result = await work(inner)
    await writeEvents(inner, pendingEvents)
    return result
  })
}

/**
 * Queues a fact for the audit trail of the transaction that is open.
 * @throws outside `inTransaction`, because such a fact could be lost
 */
export function recordEvent(ctx: Ctx, event: PendingEvent): void {
  if (!ctx.pendingEvents) throw new Error(`${event.event} was recorded outside a transaction`)
  ctx.pendingEvents.push(event)
}
