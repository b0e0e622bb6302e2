import autocannon from 'autocannon'
import type { RunningServer } from '../servers/server.ts'
import type { RequestMaker } from './request.ts'

/** Connections of a throughput run: enough to keep every server busy, few enough not to queue for long. */
const CONNECTIONS = 16
/** Requests that each connection has ready; it begins anew after the last. */
const PREPARED = 400

export interface Throughput {
  requestsPerSecond: number
  latencyMs: { p50: number; p95: number; p99: number }
  /** Processor time of the server's process for one request, microseconds. */
  cpuMicrosPerRequest: number
  loopBusy: number
  loopDelayMs: { p50: number; p99: number; max: number }
  residentMib: number
}

export interface ThroughputRun {
  server: RunningServer
  request: RequestMaker
  seconds: number
  /** Where in the sequence of requests to begin: runs that must not repeat each other's begin at different places. */
  from?: number
  /** Makes every request when it is sent, for those that may be sent only once. */
  once?: boolean
}

/**
 * As many requests as the server answers, on connections that stay open.
 * @throws when any of them fails or is not answered with 2xx
 */
export async function measureThroughput(run: ThroughputRun): Promise<Throughput> {
  const { server, request, seconds, from = 0, once = false } = run
  let next = from
  let client = 0
  await server.read()
  const result = await autocannon({
    url: server.origin,
    connections: CONNECTIONS,
    duration: seconds,
    // One that fails to answer is a fault, not a slow answer.
    timeout: 30,
    setupClient(connection) {
      if (once) return
      const start = from + client * PREPARED
      client += 1
      connection.setRequests(Array.from({ length: PREPARED }, (_, n) => request(start + n)))
    },
    ...(once && {
      requests: [
        {
          setupRequest: (template) => {
            next += 1
            return { ...template, ...request(next - 1) }
          },
        },
      ],
    }),
  })
  const reading = await server.read()
  if (result.errors > 0 || result.non2xx > 0) {
    throw new Error(`${server.name}: ${result.errors} errors, ${result.non2xx} answers were not 2xx`)
  }
  const { p50, p97_5, p99 } = result.latency
  return {
    requestsPerSecond: result.requests.total / result.duration,
    latencyMs: { p50, p95: p97_5, p99 },
    cpuMicrosPerRequest: (reading.cpuMs * 1000) / result.requests.total,
    loopBusy: reading.loopBusy,
    loopDelayMs: reading.loopDelayMs,
    residentMib: reading.residentMib,
  }
}
