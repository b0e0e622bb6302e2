import { type SQL, sql } from 'drizzle-orm'
import { automatedEmails, webhooks } from '#db/schema/webhooks.ts'
import { isWebhookEvent } from '../webhooks/event-names.ts'
import type { PendingEvent } from './pending-event.ts'

/** A webhook that asked for one of the events at hand. */
export interface ListeningWebhook {
  id: string
  events: string[]
  /** Its deliveries are only kept for replay. */
  suspended: boolean
}

/** Who wants to hear of the events at hand; null = nobody. */
export interface Listeners {
  webhooks: ListeningWebhook[] | null
  /** Ids of automated mails. */
  mails: string[] | null
}

/**
 * Columns that say who listens, to be read along with another row: recording an event that nobody listens to costs no
 * statement of its own. Undefined when no event at hand is offered to anybody.
 */
export function listenerColumns(
  accountId: string,
  pending: readonly PendingEvent[],
): { webhooks: SQL<Listeners['webhooks']>; mails: SQL<Listeners['mails']> } | undefined {
  const offered = [...new Set(pending.map(({ event }) => event))].filter(isWebhookEvent)
  if (offered.length === 0) return undefined
  // One parameter however many events there are: the statement's text stays the same.
  const names = sql`string_to_array(${offered.join(' ')}, ' ')`
  return {
    webhooks: sql<Listeners['webhooks']>`(
      select json_agg(json_build_object('id', ${webhooks.id}, 'events', ${webhooks.events},
        'suspended', ${webhooks.suspendedAt} is not null) order by ${webhooks.id})
      from ${webhooks}
      where ${webhooks.accountId} = ${accountId} and ${webhooks.active} and ${webhooks.events} && ${names})`,
    mails: sql<Listeners['mails']>`(
      select json_agg(${automatedEmails.id} order by ${automatedEmails.id}) from ${automatedEmails}
      where ${automatedEmails.accountId} = ${accountId} and ${automatedEmails.enabled}
        and ${automatedEmails.event} = any(${names}))`,
  }
}
