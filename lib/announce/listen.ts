import { installEventListener } from '#lib/audit/event-listener.ts'
import { dispatchEvents, readRows } from './dispatch-events.ts'
import { isHeard, mustReadAhead, offeredNames } from './listeners.ts'

/**
 * Every door through which events are recorded imports this file for its effect: outgoing webhooks and automated mails then
 * hear of them. `npm run verify` finds a door that does not.
 */
installEventListener({
  offeredNames,
  isHeard,
  readAhead: async (ctx, pending) =>
    (await mustReadAhead(ctx, pending)) ? await readRows(ctx, pending) : new Map(),
  tell: dispatchEvents,
})
