import { and, eq, sql } from 'drizzle-orm'
import { preparedOnce } from '#db/prepared.ts'
import { automatedEmails, webhooks } from '#db/schema/webhooks.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { PendingEvent } from '#lib/core/pending-event.ts'
import { queueAutomatedEmails } from './automated-emails/queue-automated-emails.ts'
import { type DispatchedEvent, isWebhookEvent } from './webhooks/event-names.ts'
import { loadPayload } from './webhooks/payloads.ts'
import { queueDeliveries } from './webhooks/queue-deliveries.ts'

const activeWebhooks = preparedOnce((db) =>
  db
    .select({ id: webhooks.id, events: webhooks.events, suspendedAt: webhooks.suspendedAt })
    .from(webhooks)
    .where(and(eq(webhooks.accountId, sql.placeholder('accountId')), eq(webhooks.active, true)))
    .orderBy(webhooks.id)
    .prepare('active_webhooks'),
)
const enabledMails = preparedOnce((db) =>
  db
    .select()
    .from(automatedEmails)
    .where(
      and(eq(automatedEmails.accountId, sql.placeholder('accountId')), eq(automatedEmails.enabled, true)),
    )
    .orderBy(automatedEmails.id)
    .prepare('enabled_automated_emails'),
)

async function findListeners(ctx: Ctx) {
  const [hooks, mails] = await Promise.all([
    activeWebhooks(ctx.db).execute({ accountId: ctx.accountId }),
    enabledMails(ctx.db).execute({ accountId: ctx.accountId }),
  ])
  const wanted = new Set([...hooks.flatMap(({ events }) => events), ...mails.map(({ event }) => event)])
  return { hooks, mails, wanted }
}

/** Reads the rows of the events that somebody wants now: by event and row, as `dispatchEvents` takes them. */
export async function readRows(ctx: Ctx, pending: readonly PendingEvent[]): Promise<Map<string, unknown>> {
  const { wanted } = await findListeners(ctx)
  const read = new Map<string, unknown>()
  await withData(ctx, pending, { wanted, read })
  return read
}

/**
 * Writes deliveries and mails for these events, in their transaction. The chain is locked, and deleting a webhook or an
 * automated mail locks it first, so those that are found stay. `read` holds rows that were read before.
 */
export async function dispatchEvents(
  ctx: Ctx,
  pending: readonly PendingEvent[],
  { at, read }: { at: Date; read: Map<string, unknown> },
): Promise<void> {
  const { hooks, mails, wanted } = await findListeners(ctx)
  const told = await withData(ctx, pending, { wanted, read })
  await queueDeliveries(ctx, told, { webhooks: hooks, at })
  await queueAutomatedEmails(ctx, told, { mails, at })
}

/** A row that several events happened to is read once. */
async function withData(
  ctx: Ctx,
  pending: readonly PendingEvent[],
  { wanted, read }: { wanted: ReadonlySet<string>; read: Map<string, unknown> },
): Promise<DispatchedEvent[]> {
  const told: DispatchedEvent[] = []
  for (const event of pending) {
    if (!isWebhookEvent(event.event) || !wanted.has(event.event)) continue
    const offered = { ...event, event: event.event }
    const key = `${event.snapshot === undefined ? '' : event.event} ${event.resource} ${event.resourceId}`
    if (!read.has(key)) read.set(key, await loadPayload(ctx, offered))
    told.push({ ...offered, data: read.get(key) })
  }
  return told
}
