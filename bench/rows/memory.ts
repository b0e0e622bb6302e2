import type { Measurement } from '../bench.ts'
import type { RequestMaker } from '../load/request.ts'
import { statusRequest, syncRequest, validateRequest } from '../load/requests.ts'
import { measureThroughput } from '../load/throughput.ts'
import { median, type Row, round } from '../row.ts'
import { startLatchkey } from '../servers/start.ts'

const GOAL_MIB = 350
/** Growth over the second half of all requests that still counts as flat. */
const FLAT = 1.05
const SLICE_SECONDS = 5

/** Resident memory while a great many requests of all kinds are answered. */
export const memory: Measurement = {
  name: 'memory after a million requests',
  async run({ database, surroundings, options }): Promise<Row[]> {
    const server = await startLatchkey(database.url, surroundings)
    const kinds: RequestMaker[] = [
      statusRequest,
      validateRequest(database.sample),
      statusRequest,
      syncRequest(database.sample),
    ]
    const samples: { requests: number; residentMib: number }[] = []
    try {
      let requests = 0
      for (let slice = 0; requests < options.memoryRequests; slice += 1) {
        const request = kinds[slice % kinds.length] ?? statusRequest
        const from = slice * 10_000
        const run = await measureThroughput({ server, request, seconds: SLICE_SECONDS, from })
        requests += Math.round(run.requestsPerSecond * SLICE_SECONDS)
        samples.push({ requests, residentMib: run.residentMib })
      }
      const residents = samples.map(({ residentMib }) => residentMib)
      const quarter = Math.max(1, Math.floor(residents.length / 4))
      const middle = median(residents.slice(quarter * 2 - 1, quarter * 3))
      const end = median(residents.slice(-quarter))
      return [
        {
          what: `resident memory after ${requests.toLocaleString('en-US')} requests`,
          against: '–',
          goal: `≤ ${GOAL_MIB} MiB, flat`,
          measured: `${Math.round(end)} MiB (${round((end / middle - 1) * 100, 1)} % more than half-way)`,
          met: end <= GOAL_MIB && end / middle <= FLAT,
          details: { samples },
        },
      ]
    } finally {
      await server.stop()
    }
  },
}
