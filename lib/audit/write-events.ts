import { eq } from 'drizzle-orm'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import { actorName } from '../auth/actor.ts'
import type { Ctx } from '../context.ts'
import { newId } from '../ids.ts'
import { linkHash } from './chain.ts'
import { type Listeners, listenerColumns } from './listeners.ts'
import type { PendingEvent } from './pending-event.ts'
import { sealForUser } from './user-key.ts'

/**
 * Chains and writes the queued events, and with them what outgoing webhooks and automated mails owe for them. Runs as a
 * transaction's last statements: the head's lock is held from here to commit, so that deliveries are numbered in the order
 * in which their causes happened.
 */
export async function writeEvents(ctx: Ctx, pending: readonly PendingEvent[]): Promise<void> {
  if (pending.length === 0) return
  const createdAt = ctx.clock.now()
  const drafts = []
  for (const event of pending) drafts.push(await draft(ctx, event, createdAt))

  const [head] = await ctx.db
    .select({
      seq: eventLogHeads.seq,
      hash: eventLogHeads.hash,
      ...listenerColumns(ctx.accountId, pending),
    })
    .from(eventLogHeads)
    .where(eq(eventLogHeads.accountId, ctx.accountId))
    .for('update')
  if (!head) throw new Error('this account has no audit chain')

  let { seq, hash } = head
  const rows = drafts.map((entry) => {
    seq += 1
    const previousHash = hash
    hash = linkHash({ ...entry, seq, createdAt: createdAt.toISOString(), previousHash })
    return { ...entry, accountId: ctx.accountId, seq, createdAt, previousHash, hash }
  })
  await ctx.db.insert(eventLogs).values(rows)
  await ctx.db.update(eventLogHeads).set({ seq, hash }).where(eq(eventLogHeads.accountId, ctx.accountId))
  const listeners: Listeners = { webhooks: head.webhooks ?? null, mails: head.mails ?? null }
  if (listeners.webhooks || listeners.mails) {
    // Loaded when it is needed: what it reads rows with records events itself.
    const { tellListeners } = await import('../webhooks/tell-listeners.ts')
    await tellListeners(ctx, pending, { listeners, at: createdAt })
  }
}

async function draft(ctx: Ctx, event: PendingEvent, at: Date) {
  const userId = event.userId ?? null
  const sealFor = (text: string) =>
    userId ? sealForUser(ctx.db, { accountId: ctx.accountId, userId, at }, text) : Promise.resolve(text)
  const changes: Record<string, unknown> = { ...event.changes }
  for (const [field, value] of Object.entries(event.personal ?? {})) {
    changes[field] = { sealed: await sealFor(JSON.stringify(value ?? null)) }
  }
  return {
    id: newId(),
    event: event.event,
    resource: event.resource,
    resourceId: event.resourceId,
    userId,
    actor: actorName(ctx.actor),
    onBehalfOf: event.onBehalfOf ?? null,
    ip: ctx.ip === null ? null : await sealFor(ctx.ip),
    requestId: ctx.requestId,
    changes,
  }
}
