import { setTimeout as delay } from 'node:timers/promises'
import { isRunning, type Postmaster, stopPostmaster } from './postmaster.ts'

const WATCH_INTERVAL_MS = 250
const BACK_OFF_FIRST_MS = 200
const BACK_OFF_MAX_MS = 10_000

export interface Supervisor {
  /** Ends watching and then the server. */
  stop(): Promise<void>
  /** Ends watching and leaves the server running. */
  leave(): Promise<void>
}

/** Watches the server and brings it back with `revive` when it dies, waiting longer after each failure. */
export function supervise(
  first: Postmaster,
  revive: () => Promise<Postmaster>,
  log: (message: string) => void,
): Supervisor {
  let current: Postmaster | undefined = first
  const ending = new AbortController()

  async function watch(): Promise<void> {
    let backOffMs = BACK_OFF_FIRST_MS
    while (!ending.signal.aborted) {
      if (current && isRunning(current)) {
        backOffMs = BACK_OFF_FIRST_MS
        await pause(WATCH_INTERVAL_MS)
        continue
      }
      if (current) log(`PostgreSQL (process ${current.pid}) ended unexpectedly. Starting it again.`)
      current = undefined
      try {
        current = await revive()
        log(`PostgreSQL runs again (process ${current.pid}).`)
      } catch (error) {
        log(`${error instanceof Error ? error.message : String(error)}\nTrying again in ${backOffMs} ms.`)
        await pause(backOffMs)
        backOffMs = Math.min(backOffMs * 2, BACK_OFF_MAX_MS)
      }
    }
  }

  async function pause(ms: number): Promise<void> {
    // Watching alone must not keep a process alive that forgot to stop.
    await delay(ms, undefined, { ref: false, signal: ending.signal }).catch(() => undefined)
  }

  const watching = watch()
  async function leave(): Promise<void> {
    ending.abort()
    await watching
  }
  return {
    leave,
    async stop() {
      await leave()
      if (current) await stopPostmaster(current)
    },
  }
}
