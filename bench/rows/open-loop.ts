import type { Measurement } from '../bench.ts'
import { measureOpenLoop, type OpenLoop } from '../load/open-loop.ts'
import type { RequestMaker } from '../load/request.ts'
import { activationRequest, syncRequest, validateRequest } from '../load/requests.ts'
import { median, type Row, round } from '../row.ts'
import { startLatchkey } from '../servers/start.ts'

const PER_SECOND = 500
const GOAL_MS = 10

/** Times of answers at a steady rate, as devices in the world ask. */
export const openLoop: Measurement = {
  name: 'answers at 500 requests a second',
  async run(bench): Promise<Row[]> {
    const { database, surroundings } = bench
    const server = await startLatchkey(database.url, surroundings)
    const measure = async (request: RequestMaker, perSecond: number) => {
      const runs: OpenLoop[] = []
      for (let round = 0; round <= bench.options.rounds; round += 1) {
        const from = round * 1_000_000
        const { seconds } = bench.options
        runs.push(await measureOpenLoop({ server, request, perSecond, seconds, from }))
      }
      // The first one is the compiler's.
      return runs.slice(1)
    }
    try {
      const validated = await measure(validateRequest(database.sample), PER_SECOND)
      const synced = await measure(syncRequest(database.sample), PER_SECOND)
      const activated = await measure(activationRequest(database.sample), PER_SECOND / 5)
      return [
        judged(`validate, ${PER_SECOND} requests/s, open loop`, validated),
        judged(`sync, ${PER_SECOND} requests/s, open loop`, synced),
        {
          ...judged(`first activation, ${PER_SECOND / 5} requests/s, open loop`, activated),
          goal: '–',
          met: undefined,
        },
      ]
    } finally {
      await server.stop()
    }
  },
}

function judged(what: string, runs: readonly OpenLoop[]): Row {
  const middle = (of: 'p50' | 'p95' | 'p99') => median(runs.map((run) => run.latencyMs[of]))
  return {
    what,
    against: '–',
    goal: `p99 ≤ ${GOAL_MS} ms`,
    measured: `p50 ${round(middle('p50'))}, p95 ${round(middle('p95'))}, p99 ${round(middle('p99'))} ms`,
    met: middle('p99') <= GOAL_MS,
    details: { runs },
  }
}
