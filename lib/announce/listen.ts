import { installEventListener } from '#lib/audit/event-listener.ts'
import { isHeard, mustReadAhead, offeredNames } from './listeners.ts'

/** Loaded when somebody listens. Imported at once, it would be bundled into each of Next's routes: 60 MiB of a started server. */
const dispatching = () => import('./dispatch-events.ts')

/**
 * Every door through which events are recorded imports this file for its effect: outgoing webhooks and automated mails then
 * hear of them. `npm run verify` finds a door that does not.
 */
installEventListener({
  offeredNames,
  isHeard,
  async readAhead(ctx, pending) {
    if (!(await mustReadAhead(ctx, pending))) return new Map()
    const { readRows } = await dispatching()
    return readRows(ctx, pending)
  },
  async tell(ctx, pending, moment) {
    const { dispatchEvents } = await dispatching()
    await dispatchEvents(ctx, pending, moment)
  },
})
