import { Agent, request as httpRequest } from 'node:http'
import { percentile } from '../row.ts'
import type { RunningServer } from '../servers/server.ts'
import type { LoadRequest, RequestMaker } from './request.ts'

export interface OpenLoop {
  requestsPerSecond: number
  latencyMs: { p50: number; p95: number; p99: number; max: number }
}

/** Answers with 2xx within this, or the run is void, milliseconds. */
const TIMEOUT_MS = 10_000

/**
 * Sends at a fixed rate whatever the server does, as devices in the world do. The time of an answer counts from the moment
 * at which its request was due, so that a server that stalls is charged with everything that waited meanwhile.
 */
export async function measureOpenLoop(run: {
  server: RunningServer
  request: RequestMaker
  perSecond: number
  seconds: number
  from?: number
}): Promise<OpenLoop> {
  const { server, request, perSecond, seconds, from = 0 } = run
  const agent = new Agent({ keepAlive: true, maxSockets: 256 })
  const total = Math.round(perSecond * seconds)
  const latencies: number[] = []
  try {
    await inTurn(total, perSecond, async (n, dueAt) => {
      await send(agent, server.origin, request(from + n))
      latencies.push(performance.now() - dueAt)
    })
  } finally {
    agent.destroy()
  }
  return {
    requestsPerSecond: perSecond,
    latencyMs: {
      p50: percentile(latencies, 0.5),
      p95: percentile(latencies, 0.95),
      p99: percentile(latencies, 0.99),
      max: percentile(latencies, 1),
    },
  }
}

/** Calls `work` for 0 … total - 1, each at its due time or as soon after it as the timers let. */
function inTurn(
  total: number,
  perSecond: number,
  work: (n: number, dueAt: number) => Promise<void>,
): Promise<void> {
  const startedAt = performance.now()
  const pause = 1000 / perSecond
  return new Promise((resolve, reject) => {
    let sent = 0
    let answered = 0
    const tick = (): void => {
      const now = performance.now()
      for (
        let dueAt = startedAt + sent * pause;
        sent < total && dueAt <= now;
        dueAt = startedAt + sent * pause
      ) {
        work(sent, dueAt).then(() => {
          answered += 1
          if (answered === total) resolve()
        }, reject)
        sent += 1
      }
      // What a timer is late counts as the server's: turning the loop without pause would take PostgreSQL's processor.
      if (sent < total) setTimeout(tick, 1)
    }
    tick()
  })
}

function send(agent: Agent, origin: string, { method, path, headers, body }: LoadRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
    const sent = httpRequest(
      `${origin}${path}`,
      { method, agent, headers: { ...headers, ...length }, timeout: TIMEOUT_MS },
      (answer) => {
        answer.resume()
        answer.once('end', () => {
          const status = answer.statusCode ?? 0
          if (status >= 200 && status < 300) resolve()
          else reject(new Error(`${method} ${path} was answered with ${status}`))
        })
      },
    )
    sent.once('timeout', () => sent.destroy(new Error(`${method} ${path} was not answered`)))
    sent.once('error', reject)
    sent.end(body)
  })
}
