import { env } from '#lib/core/env.ts'
import { dropStartUp } from './drop-start-up.ts'
import { favorEventLoop } from './favor-event-loop.ts'

// Threads, memory and the collector of garbage. FIGURES
// `TUNING=off` turns all of it off: this file does nothing then, and the start scripts give no flags (start-flags.mjs).
// To remove it: delete this folder and its imports in server/main.ts, scripts/bootstrap/run.mjs, bench and e2e.

/** Call it when the thread pool has been used and everything is loaded, before anybody is served. */
export function tune(): void {
  if (env().TUNING === 'off') return
  dropStartUp()
  favorEventLoop()
}
