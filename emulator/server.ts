import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { runDue } from './billing/run-due.ts'
import type { Clock, Emulation } from './emulation.ts'
import { transact } from './emulation.ts'
import { handleControl } from './faults/control.ts'
import { Faults } from './faults/faults.ts'
import { answerOf, handleApi, unrecognized } from './http/api.ts'
import type { InFlight } from './http/idempotency.ts'
import { sendJson } from './http/send-json.ts'
import { type NewId, randomId } from './ids.ts'
import { handlePages, isPagePath } from './pages/router.ts'
import { purge } from './purge.ts'
import type { Storage } from './storage.ts'
import { createDispatcher, recoverLeases } from './webhooks/dispatcher.ts'
import { ensureEndpoint, type KnownEndpoint } from './webhooks/ensure-endpoint.ts'

export interface EmulatorOptions {
  storage: Storage
  clock: Clock
  /** Keys the API accepts. */
  secretKeys: readonly string[]
  /** Where browsers reach the hosted pages; the server's own address if absent. */
  publicBase?: string
  /** What happens to a subscription whose last payment retry failed; Stripe's own default is to cancel it. */
  afterFinalFailure?: Emulation['afterFinalFailure']
  newId?: NewId
  /** Sends webhooks. */
  fetch?: typeof fetch
  log?: Emulation['log']
}

export interface Emulator {
  /** Answers API, control and hosted pages. */
  handler(req: IncomingMessage, res: ServerResponse): void
  /** Starts a server, by default on a free loopback port, that looks for due work every second. */
  listen(port?: number, host?: string): Promise<{ port: number; close(): Promise<void> }>
  /** Brings about everything due until then (renewals, payment retries, expiries) and sends the webhooks due by then. */
  advance(to: Date): Promise<void>
  /** The same until the clock's time. */
  tick(): Promise<void>
  /** Attempts every webhook delivery that is due. */
  settle(): Promise<void>
  /** Creates the webhook endpoint of that id, or brings it up to date; repeating changes nothing. */
  ensureEndpoint(endpoint: KnownEndpoint): Promise<void>
  close(): Promise<void>
}

const TICK_MS = 1000
const PURGE_EVERY_MS = 3600_000

/** Makes the Stripe emulator: its API, hosted payment pages, signed webhooks and a billing clock. */
export function createEmulator(options: EmulatorOptions): Emulator {
  const inFlight: InFlight = new Set()
  const closing = new AbortController()
  let ownOrigin = 'http://127.0.0.1'
  const emulation: Emulation = {
    storage: options.storage,
    clock: options.clock,
    newId: options.newId ?? randomId,
    faults: new Faults(),
    secretKeys: options.secretKeys,
    publicBase: () => (options.publicBase ?? ownOrigin).replace(/\/$/, ''),
    afterFinalFailure: options.afterFinalFailure ?? 'cancel',
    fetch: options.fetch ?? fetch,
    closing: closing.signal,
    log: options.log ?? (() => undefined),
    wake: () => dispatcher.wake(),
  }
  const dispatcher = createDispatcher(emulation)
  let purgedAtMs = 0
  const advance = async (to: Date) => {
    await runDue(emulation, to)
    await dispatcher.settle(to.getTime())
    if (Math.abs(to.getTime() - purgedAtMs) > PURGE_EVERY_MS) {
      purgedAtMs = to.getTime()
      await purge(emulation, to)
    }
  }
  const close = async () => {
    closing.abort()
    await dispatcher.close()
  }

  const handler = (req: IncomingMessage, res: ServerResponse): void => {
    route(emulation, inFlight, req, res).catch((error: unknown) => {
      const answer = answerOf(error, emulation, '')
      if (!res.headersSent) sendJson(res, answer.status, answer.body)
      else res.destroy()
    })
  }

  return {
    handler,
    advance,
    tick: () => advance(options.clock.now()),
    settle: () => dispatcher.settle(),
    ensureEndpoint: (endpoint) => transact(emulation, {}, (work) => ensureEndpoint(work, endpoint)),
    close,
    async listen(port = 0, host = '127.0.0.1') {
      const server = createServer({ headersTimeout: 15_000, requestTimeout: 60_000 }, handler)
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject)
        server.listen(port, host, resolve)
      })
      const address = server.address()
      if (address === null || typeof address === 'string') throw new Error('The emulator has no port')
      const own = new URL(`http://${host.includes(':') ? `[${host}]` : host}`)
      own.port = String(address.port)
      ownOrigin = own.origin
      await recoverLeases(options.storage)
      let isTicking = false
      let isFailing = false
      const timer = setInterval(() => {
        if (isTicking) return
        isTicking = true
        advance(options.clock.now())
          .then(() => {
            isFailing = false
          })
          .catch((error: unknown) => {
            // Once per outage, not once a second.
            if (!isFailing && !closing.signal.aborted)
              emulation.log('error', 'tick failed', { error: String(error) })
            isFailing = true
          })
          .finally(() => {
            isTicking = false
          })
      }, TICK_MS).unref()
      return {
        port: address.port,
        async close() {
          clearInterval(timer)
          const closed = new Promise((resolve) => server.close(resolve))
          server.closeAllConnections()
          await close()
          await closed
        },
      }
    },
  }
}

async function route(
  emulation: Emulation,
  inFlight: InFlight,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const target = req.url ?? '/'
  if (!URL.canParse(target, 'http://emulator')) throw unrecognized(req.method ?? 'GET', target)
  const url = new URL(target, 'http://emulator')
  if (isPagePath(url.pathname)) await handlePages(emulation, req, res, url)
  else if (url.pathname.startsWith('/_emu/')) await handleControl(emulation, req, res, url)
  else if (url.pathname.startsWith('/v1/')) await handleApi(emulation, inFlight, req, res, url)
  else throw unrecognized(req.method ?? 'GET', url.pathname)
}
