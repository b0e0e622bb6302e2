import { eq, sql } from 'drizzle-orm'
import { preparedInsert, preparedOnce } from '#db/prepared.ts'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import { actorName } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import { linkHash } from '#lib/core/crypto/hash-chain.ts'
import { newId } from '#lib/core/ids.ts'
import { lastingKeys } from '#lib/core/key-store/lasting-keys.ts'
import type { PendingEvent } from '#lib/core/pending-event.ts'
import { eventListener } from './event-listener.ts'
import { sealerForUser } from './user-key.ts'

/** Up to this many rows the prepared single-row insert is cheaper. More rows become one statement. */
const FEW_ROWS = 4

const insertRow = preparedInsert(eventLogs, 'insert_event')
const lockHead = preparedOnce((db) =>
  db
    .select({
      seq: eventLogHeads.seq,
      hash: eventLogHeads.hash,
      isHeard: eventListener().isHeard(sql.placeholder('accountId'), sql.placeholder('names')),
    })
    .from(eventLogHeads)
    .where(eq(eventLogHeads.accountId, sql.placeholder('accountId')))
    .for('update')
    .prepare('lock_event_head'),
)
const moveHead = preparedOnce((db) =>
  db
    .update(eventLogHeads)
    .set({ seq: sql`${sql.placeholder('seq')}`, hash: sql`${sql.placeholder('hash')}` })
    .where(eq(eventLogHeads.accountId, sql.placeholder('accountId')))
    .prepare('move_event_head'),
)

/**
 * Chains and writes the queued events, and lets the listener write its deliveries. These are a transaction's last statements.
 * They hold the head's lock until the commit, so that deliveries have the order of their events.
 */
export async function writeEvents(ctx: Ctx, pending: readonly PendingEvent[]): Promise<void> {
  if (pending.length === 0) return
  const createdAt = ctx.clock.now()
  const drafts = []
  const sealers: Sealers = new Map()
  for (const event of pending) drafts.push(await draft(ctx, event, createdAt, sealers))

  const [key] = await lastingKeys('audit-chain')
  const by = { accountId: ctx.accountId, keyId: key.id, secret: key.secret }
  const listener = eventListener()
  const read = await listener.readAhead(ctx, pending)
  const names = listener.offeredNames(pending)
  const [head] = await lockHead(ctx.db).execute({ accountId: ctx.accountId, names })
  if (!head) throw new Error('this account has no audit chain')

  let { seq, hash } = head
  const rows = drafts.map((entry) => {
    seq += 1
    const previousHash = hash
    hash = linkHash({ ...entry, seq, createdAt: createdAt.toISOString(), previousHash }, by)
    return { ...entry, accountId: ctx.accountId, seq, createdAt, previousHash, hash, keyId: key.id }
  })
  await Promise.all([
    ...(rows.length <= FEW_ROWS
      ? rows.map((row) => insertRow(ctx.db, row))
      : [ctx.db.insert(eventLogs).values(rows)]),
    moveHead(ctx.db).execute({ accountId: ctx.accountId, seq, hash }),
  ])
  if (head.isHeard) await listener.tell(ctx, pending, { at: createdAt, read })
}

/** Sealing functions by user; each user's key is read once. */
type Sealers = Map<string, (text: string) => string>

async function draft(ctx: Ctx, event: PendingEvent, at: Date, sealers: Sealers) {
  const userId = event.userId ?? null
  const sealFor = async (text: string) => {
    if (!userId) return text
    const sealer =
      sealers.get(userId) ?? (await sealerForUser(ctx.db, { accountId: ctx.accountId, userId, at }))
    sealers.set(userId, sealer)
    return sealer(text)
  }
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
