import type { Placeholder, SQL } from 'drizzle-orm'
import type { Ctx } from '#lib/core/context.ts'
import type { PendingEvent } from '#lib/core/pending-event.ts'

/** Who is told of recorded events, in the transaction that records them. Audit knows no more of it than this. */
export interface EventListener {
  /** The events at hand that somebody could have asked for, between spaces: one parameter however many there are. */
  offeredNames(pending: readonly PendingEvent[]): string
  /**
   * Whether somebody wants one of those events, as a column that is read along with the chain's head: recording an event that
   * nobody listens to costs no statement of its own.
   */
  isHeard(accountId: string | Placeholder, names: string | Placeholder): SQL<boolean>
  /** Reads what takes long before the chain is locked, so that nobody waits for it. What it gives is handed to `tell`. */
  readAhead(ctx: Ctx, pending: readonly PendingEvent[]): Promise<Map<string, unknown>>
  /** Writes what is owed for these events. The chain is locked: it happens in the order in which their causes happened. */
  tell(
    ctx: Ctx,
    pending: readonly PendingEvent[],
    moment: { at: Date; read: Map<string, unknown> },
  ): Promise<void>
}

/** One for each copy of this module (Next's bundle and the native server): a door installs the one of its own copy. */
let installed: EventListener | undefined

/** Has recorded events told to that listener from now on. */
export function installEventListener(listener: EventListener): void {
  installed = listener
}

/**
 * The listener of this copy of the module.
 * @throws when no door has installed one: events would be recorded that nobody is told of
 */
export function eventListener(): EventListener {
  if (!installed)
    throw new Error('nobody is told of recorded events: this door must import lib/announce/listen.ts')
  return installed
}
