import type { Bench, Measurement } from '../bench.ts'
import { compareThroughput } from '../load/compare.ts'
import type { RequestMaker } from '../load/request.ts'
import { statusRequest, syncRequest, validateRequest } from '../load/requests.ts'
import { median, type Row, round } from '../row.ts'
import { startBare, startLatchkey, startNext } from '../servers/start.ts'
import { describeThroughput } from './describe-throughput.ts'

/** Throughput against the same route files behind Next's own server. */
export const againstNext: Measurement[] = [
  compared('GET /v3/status', 8, () => statusRequest),
  compared('POST /v3/licenses/validate', 3, ({ database }) => validateRequest(database.sample)),
  compared('sync of an activation', 3, ({ database }) => syncRequest(database.sample)),
]

function compared(what: string, goal: number, requestOf: (bench: Bench) => RequestMaker): Measurement {
  return {
    name: `${what}, against next start`,
    pinned: true,
    needsNext: true,
    async run(bench): Promise<Row[]> {
      const { database, surroundings, options } = bench
      const subject = await startLatchkey(database.url, surroundings)
      const peer = await startNext(database.url, surroundings)
      const bare = await startBare(database.url, surroundings)
      try {
        const { seconds, rounds, warmUpSeconds } = options
        const how = { request: requestOf(bench), seconds, warmUpSeconds }
        const comparison = await compareThroughput({ ...how, subject, peer, rounds })
        // The part that both servers need. The bare one does nothing else, and no server that does as much can be faster.
        const floor = await compareThroughput({ ...how, subject: bare, peer, rounds: Math.min(rounds, 3) })
        const sharedMicros = median(floor.subject.map((run) => run.cpuMicrosPerRequest))
        return [
          {
            what: `${what}, throughput`,
            against: 'next start',
            goal: `≥ ${goal} ×`,
            measured: `${round(comparison.ratio)} × (${describeThroughput(comparison)}; shared: ${Math.round(sharedMicros)} µs, the bare peer: ${round(floor.ratio)} ×)`,
            met: comparison.ratio >= goal,
            details: { ...comparison, floor, sharedMicros },
          },
        ]
      } finally {
        for (const server of [subject, peer, bare]) await server.stop()
      }
    },
  }
}
