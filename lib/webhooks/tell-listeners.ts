import { and, eq, inArray } from 'drizzle-orm'
import { automatedEmails, webhooks } from '#db/schema/webhooks.ts'
import type { PendingEvent } from '../audit/pending-event.ts'
import { queueAutomatedEmails } from '../automated-emails/queue-automated-emails.ts'
import type { Ctx } from '../context.ts'
import { isWebhookEvent, type WebhookEventName } from './event-names.ts'
import { loadPayload } from './payloads.ts'
import { queueDeliveries } from './queue-deliveries.ts'

/** An event that is offered to the outside, with what its row looks like now. */
export interface ToldEvent extends PendingEvent {
  event: WebhookEventName
  data: unknown
}

/**
 * Writes what webhooks and automated mails owe for these events, in their transaction. The chain is locked by now, and whoever
 * deletes a webhook or a mail locks it first: those that are found stay.
 */
export async function tellListeners(ctx: Ctx, pending: readonly PendingEvent[], at: Date): Promise<void> {
  const hooks = await ctx.db
    .select({ id: webhooks.id, events: webhooks.events, suspendedAt: webhooks.suspendedAt })
    .from(webhooks)
    .where(and(eq(webhooks.accountId, ctx.accountId), eq(webhooks.active, true)))
    .orderBy(webhooks.id)
  const mails = await ctx.db
    .select()
    .from(automatedEmails)
    .where(
      and(
        eq(automatedEmails.accountId, ctx.accountId),
        eq(automatedEmails.enabled, true),
        inArray(
          automatedEmails.event,
          pending.map(({ event }) => event),
        ),
      ),
    )
    .orderBy(automatedEmails.id)
  const wanted = new Set([...hooks.flatMap(({ events }) => events), ...mails.map(({ event }) => event)])
  const told = await withData(ctx, pending, wanted)
  await queueDeliveries(ctx, told, { webhooks: hooks, at })
  await queueAutomatedEmails(ctx, told, { mails, at })
}

/** A row that several events happened to is read once. */
async function withData(
  ctx: Ctx,
  pending: readonly PendingEvent[],
  wanted: ReadonlySet<string>,
): Promise<ToldEvent[]> {
  const states = new Map<string, unknown>()
  const told: ToldEvent[] = []
  for (const event of pending) {
    if (!isWebhookEvent(event.event) || !wanted.has(event.event)) continue
    const offered = { ...event, event: event.event }
    const key = `${event.snapshot === undefined ? '' : event.event} ${event.resource} ${event.resourceId}`
    if (!states.has(key)) states.set(key, await loadPayload(ctx, offered))
    told.push({ ...offered, data: states.get(key) })
  }
  return told
}
