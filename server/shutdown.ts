import type { Server } from 'node:http'
import { log } from '#lib/core/logging/log.ts'

/** How long requests and jobs that are under way may take to finish, milliseconds. */
const PATIENCE_MS = 15_000

/** Ctrl-C reaches npm, the scripts and this process, and each passes it on. Signals within this time (ms) count as one. */
const SAME_WISH_MS = 2_000

/**
 * A clean stop: no new requests, finish those under way, then everything in reverse order of its start. Not close-with-grace: a
 * second signal always ends its process with code 1, also the second of one Ctrl-C.
 */
export class Shutdown {
  private readonly steps: { name: string; stop: () => Promise<unknown> | unknown }[] = []
  private stoppingSince: number | undefined

  /** Registers what must be stopped; the last one added is the first one stopped. */
  add(name: string, stop: () => Promise<unknown> | unknown): void {
    this.steps.push({ name, stop })
  }

  addServer(server: Server): void {
    this.add('requests', () => closeServer(server))
  }

  /** Stops on SIGTERM and SIGINT. A second signal after a while ends the process at once. */
  listen(): void {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => {
        if (this.stoppingSince !== undefined) {
          if (performance.now() - this.stoppingSince > SAME_WISH_MS) process.exit(1)
          return
        }
        this.stoppingSince = performance.now()
        void this.run().then((clean) => process.exit(clean ? 0 : 1))
      })
    }
  }

  /** Stops what was started, the last first; a start that failed half-way leaves nothing behind either. */
  async run(): Promise<boolean> {
    let clean = true
    for (const { name, stop } of this.steps.reverse()) {
      try {
        await stop()
      } catch (error) {
        clean = false
        log().error({ err: error, step: name }, 'stopping failed')
      }
    }
    return clean
  }
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  // A connection that has just answered stays open for more: close it as soon as it is idle.
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const deadline = setTimeout(() => server.closeAllConnections(), PATIENCE_MS)
  await closed
  clearInterval(idle)
  clearTimeout(deadline)
}
