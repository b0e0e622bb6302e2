import type { Measurement } from '../bench.ts'
import { measureOpenLoop } from '../load/open-loop.ts'
import { validateRequest } from '../load/requests.ts'
import { median, type Row, round } from '../row.ts'
import { startLatchkey } from '../servers/start.ts'

const GOAL = 1.2
const SMALL = { licenses: 10_000, activations: 10_000 }
const LARGE = { licenses: 1_000_000, activations: 1_000_000 }
/** So slow that no answer waits for another. */
const PER_SECOND = 100

/** How much longer an answer takes in a hundred times as large a table. The two databases are asked in turn. */
export const growth: Measurement = {
  name: 'validate in a growing table',
  async run({ postgres, surroundings, options }): Promise<Row[]> {
    const large = options.quick ? { licenses: 100_000, activations: 100_000 } : LARGE
    const databases = [await postgres.copy(SMALL), await postgres.copy(large)]
    const servers = await Promise.all(databases.map(({ url }) => startLatchkey(url, surroundings)))
    const times: [number[], number[]] = [[], []]
    try {
      for (let round = 0; round <= options.rounds; round += 1) {
        for (const at of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
          const [server, database] = [servers[at], databases[at]]
          if (!server || !database) throw new Error('a server is missing')
          const request = validateRequest(database.sample)
          const run = { server, request, perSecond: PER_SECOND, seconds: options.seconds }
          const { latencyMs } = await measureOpenLoop({ ...run, from: round * 10_000 })
          // The first one is the compiler's and the disk's.
          if (round > 0) times[at].push(latencyMs.p50)
        }
      }
    } finally {
      for (const server of servers) await server.stop()
      for (const database of databases) await database.drop()
    }
    const [small, big] = [median(times[0]), median(times[1])]
    // Of neighbors, as everywhere: what else the machine does hits both.
    const grows = median(times[1].map((time, round) => time / (times[0][round] ?? Number.NaN)))
    const name = (count: number) => count.toLocaleString('en-US')
    return [
      {
        what: `validate, ${name(SMALL.licenses)} → ${name(large.licenses)} licenses`,
        against: 'itself',
        goal: `p50 grows ≤ ${GOAL} ×`,
        measured: `${round(grows)} × (${round(small)} → ${round(big)} ms)`,
        met: grows <= GOAL,
        details: { grows, small: times[0], large: times[1] },
      },
    ]
  },
}
