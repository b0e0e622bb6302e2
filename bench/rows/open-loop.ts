import type { Measurement } from '../bench.ts'
import { measureOpenLoop, type OpenLoop } from '../load/open-loop.ts'
import type { RequestMaker } from '../load/request.ts'
import { activationRequest, syncRequest, validateRequest } from '../load/requests.ts'
import { median, type Row, round } from '../row.ts'
import type { RunningServer } from '../servers/server.ts'
import { startBare, startLatchkey } from '../servers/start.ts'

const PER_SECOND = 500
const GOAL_MS = 10

/** Times of answers at a steady rate, as devices in the world ask. */
export const openLoop: Measurement = {
  name: 'answers at 500 requests a second',
  async run(bench): Promise<Row[]> {
    const { database, surroundings } = bench
    const server = await startLatchkey(database.url, surroundings)
    const bare = await startBare(database.url, surroundings)
    const measure = async (server: RunningServer, request: RequestMaker, perSecond: number) => {
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
      const kinds = [
        {
          what: 'validate',
          request: validateRequest(database.sample),
          perSecond: PER_SECOND,
          isJudged: true,
        },
        { what: 'sync', request: syncRequest(database.sample), perSecond: PER_SECOND, isJudged: true },
        {
          what: 'first activation',
          request: activationRequest(database.sample),
          perSecond: PER_SECOND / 5,
          isJudged: false,
        },
      ]
      const rows: Row[] = []
      for (const { what, request, perSecond, isJudged } of kinds) {
        const runs = await measure(server, request, perSecond)
        // What of it is the machine's, the generator's and PostgreSQL's.
        const floor = await measure(bare, (n) => request(50_000_000 + n), perSecond)
        const row = judged(`${what}, ${perSecond} requests/s, open loop`, runs, floor)
        rows.push(isJudged ? row : { ...row, goal: '–', met: undefined })
      }
      return rows
    } finally {
      await server.stop()
      await bare.stop()
    }
  },
}

function judged(what: string, runs: readonly OpenLoop[], floor: readonly OpenLoop[]): Row {
  const middle = (of: 'p50' | 'p95' | 'p99') => median(runs.map((run) => run.latencyMs[of]))
  const bare = round(median(floor.map((run) => run.latencyMs.p99)))
  return {
    what,
    against: '–',
    goal: `p99 ≤ ${GOAL_MS} ms`,
    measured: `p50 ${round(middle('p50'))}, p95 ${round(middle('p95'))}, p99 ${round(middle('p99'))} ms (bare: p99 ${bare} ms)`,
    met: middle('p99') <= GOAL_MS,
    details: { runs, floor },
  }
}
