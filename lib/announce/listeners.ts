import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import { preparedOnce } from '#db/prepared.ts'
import { automatedEmails, webhooks } from '#db/schema/webhooks.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { PendingEvent } from '#lib/core/pending-event.ts'
import { isWebhookEvent } from './webhooks/event-names.ts'

/** The events at hand that somebody outside could have asked for, between spaces: one parameter however many there are. */
export function offeredNames(pending: readonly PendingEvent[]): string {
  return [...new Set(pending.map(({ event }) => event))].filter(isWebhookEvent).join(' ')
}

/**
 * Whether an active webhook or automated mail of the account wants one of those events, as a column to be read along with
 * another row: recording an event that nobody listens to costs no statement of its own. It is a hint: who listens must be
 * asked once the chain is locked, because this was looked up before the lock was waited for.
 */
export function isHeard(accountId: string | Placeholder, names: string | Placeholder): SQL<boolean> {
  const asked = sql`string_to_array(${names}::text, ' ')`
  return sql<boolean>`(
    exists (select 1 from ${webhooks} where ${webhooks.accountId} = ${accountId} and ${webhooks.active}
      and ${webhooks.events} && ${asked})
    or exists (select 1 from ${automatedEmails} where ${automatedEmails.accountId} = ${accountId}
      and ${automatedEmails.enabled} and ${automatedEmails.event} = any(${asked})))`
}

const ask = preparedOnce((db) =>
  db
    .select({ isHeard: isHeard(sql.placeholder('accountId'), sql.placeholder('names')) })
    .from(sql`(select 1) as nothing`)
    .prepare('is_heard'),
)

/**
 * The same, before the chain is locked, for events whose rows take long to read: so that they are read while nobody waits.
 * Events of devices, which happen by the thousand, are not asked for: theirs are read quickly.
 */
export async function mustReadAhead(ctx: Ctx, pending: readonly PendingEvent[]): Promise<boolean> {
  const slow = pending.filter(({ resource }) => resource !== 'activation' && resource !== 'trial-activation')
  const names = offeredNames(slow)
  if (names === '') return false
  const [answer] = await ask(ctx.db).execute({ accountId: ctx.accountId, names })
  return answer?.isHeard ?? false
}
