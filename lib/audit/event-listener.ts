import type { Placeholder, SQL } from 'drizzle-orm'
import type { Ctx } from '#lib/core/context.ts'
import type { PendingEvent } from '#lib/core/pending-event.ts'

/** A listener hears of recorded events in the transaction that records them. Audit knows this interface alone. */
export interface EventListener {
  /** The names of those events that somebody may subscribe to, separated by spaces: one parameter, however many there are. */
  offeredNames(pending: readonly PendingEvent[]): string
  /**
   * Whether somebody subscribes to one of those events, as a column of the statement that reads the chain's head. So an event
   * without subscribers needs no further statement.
   */
  isHeard(accountId: string | Placeholder, names: string | Placeholder): SQL<boolean>
  /** Reads slow rows before the chain is locked, so that nobody waits for them. Its result is passed to `tell`. */
  readAhead(ctx: Ctx, pending: readonly PendingEvent[]): Promise<Map<string, unknown>>
  /** Writes deliveries and mails for these events. The chain is locked, so they are in the order of the events. */
  tell(
    ctx: Ctx,
    pending: readonly PendingEvent[],
    moment: { at: Date; read: Map<string, unknown> },
  ): Promise<void>
}

/** One per copy of this module (Next's bundle and the native server). Each door installs the listener of its own copy. */
let installed: EventListener | undefined

/** Installs the listener of recorded events. */
export function installEventListener(listener: EventListener): void {
  installed = listener
}

/**
 * The listener of this copy of the module.
 * @throws when no door has installed one, because subscribers would not hear of the events
 */
export function eventListener(): EventListener {
  if (!installed)
    throw new Error('nobody is told of recorded events: this door must import lib/announce/listen.ts')
  return installed
}
