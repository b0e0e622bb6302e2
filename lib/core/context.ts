import type { Executor } from '#db/client.ts'
import type { Actor } from './actor.ts'
import type { Clock } from './clock.ts'
import type { PendingEvent } from './pending-event.ts'

/** Everything a verb needs to know of its caller and surroundings. */
export interface Ctx {
  actor: Actor
  accountId: string
  db: Executor
  clock: Clock
  requestId: string
  /** The caller's address, or null where it cannot be known. */
  ip: string | null
  /** What the browser's device cookie holds: ids of places where people have signed in before. Only pages know it. */
  devices?: readonly string[]
  /** Set inside `inTransaction`: audit rows waiting to be written as its last statement. */
  pendingEvents?: PendingEvent[]
}
