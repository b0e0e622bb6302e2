import type { Bench, Measurement } from '../bench.ts'
import { compareThroughput } from '../load/compare.ts'
import type { RequestMaker } from '../load/request.ts'
import { activationRequest, statusRequest, syncRequest, validateRequest } from '../load/requests.ts'
import { type Row, round } from '../row.ts'
import { startBare, startLatchkey } from '../servers/start.ts'
import { gist, recordStatements } from '../statements.ts'
import { describeThroughput } from './describe-throughput.ts'

/** Throughput against the bare peer, which runs the same statements and makes the same signatures. */
export const againstBare: Measurement[] = [
  compared('GET /v3/status', 0.8, () => statusRequest),
  compared('POST /v3/licenses/validate', 0.8, ({ database }) => validateRequest(database.sample)),
  compared('sync of an activation', 0.8, ({ database }) => syncRequest(database.sample)),
  compared('first activation of a device', 0.7, ({ database }) => activationRequest(database.sample), true),
]

function compared(
  what: string,
  goal: number,
  requestOf: (bench: Bench) => RequestMaker,
  once = false,
): Measurement {
  return {
    name: `${what}, against bare`,
    pinned: true,
    async run(bench): Promise<Row[]> {
      const { database, surroundings, options } = bench
      const subject = await startLatchkey(database.url, surroundings)
      const peer = await startBare(database.url, surroundings)
      try {
        const { seconds, rounds, warmUpSeconds } = options
        const request = requestOf(bench)
        const statements = {
          ours: await recordStatements(bench.postgres, subject, request),
          bare: await recordStatements(bench.postgres, peer, (n) => request(10_000 + n)),
        }
        // Sorted: some run side by side.
        const [ours, bare] = [statements.ours.map(gist).sort(), statements.bare.map(gist).sort()]
        const same = ours.join() === bare.join()
        if (!same) bench.log(`      not the same statements: ${ours.join(', ')} : ${bare.join(', ')}`)
        const comparison = await compareThroughput({
          subject,
          peer,
          request,
          seconds,
          rounds,
          warmUpSeconds,
          once,
        })
        return [
          {
            what: `${what}, throughput`,
            against: 'bare node:http + postgres.js',
            goal: `≥ ${goal} ×`,
            measured: `${round(comparison.ratio)} × (${describeThroughput(comparison)})`,
            // Against a server that does something else the figure says nothing.
            met: same && comparison.ratio >= goal,
            details: { ...comparison, statements },
          },
        ]
      } finally {
        await subject.stop()
        await peer.stop()
      }
    },
  }
}
