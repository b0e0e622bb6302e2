import { env } from '#lib/core/env.ts'
import { dropStartUp } from './drop-start-up.ts'
import { favorEventLoop } from './favor-event-loop.ts'

// Threads, memory and the collection of garbage. It buys, measured (docs/performance.md): at 400 RS256 signatures a second
// timers are 0.9 instead of 33 ms late (p99) and other answers take 3.3 instead of 300 ms; a started server holds 200
// instead of 404 MiB.
// `TUNING=off` turns all of it off: this file does nothing then, and the start scripts give no flags (start-flags.mjs).
// To remove it, delete this folder, its test and its imports (server/main.ts, scripts/bootstrap/run.mjs, bench, e2e).

/** Call it when the thread pool has been used and everything is loaded, before anybody is served. */
export function tune(): void {
  if (env().TUNING === 'off') return
  dropStartUp()
  favorEventLoop()
}
