import type { Measurement } from '../bench.ts'
import { measureOpenLoop } from '../load/open-loop.ts'
import { statusRequest, syncRequest } from '../load/requests.ts'
import { measureThroughput } from '../load/throughput.ts'
import { median, type Row, round } from '../row.ts'
import { startLatchkey } from '../servers/start.ts'

const GOAL_MS = 10

/** Whether signing keeps the event loop from others: how late timers fire while nothing but RS256 is asked for. */
export const eventLoop: Measurement = {
  name: 'event loop under signatures',
  async run({ database, surroundings, options }): Promise<Row[]> {
    const server = await startLatchkey(database.url, surroundings)
    try {
      const request = syncRequest(database.sample)
      await measureThroughput({ server, request, seconds: options.seconds })
      const signing = []
      const bystanders = []
      for (let round = 1; round <= options.rounds; round += 1) {
        await server.read()
        const others = { server, request: statusRequest, perSecond: 50, seconds: options.seconds }
        const [, beside] = await Promise.all([
          measureOpenLoop({
            server,
            request,
            perSecond: 400,
            seconds: options.seconds,
            from: round * 10_000,
          }),
          measureOpenLoop(others),
        ])
        signing.push((await server.read()).loopDelayMs)
        bystanders.push(beside.latencyMs.p99)
      }
      const p99 = median(signing.map((delay) => delay.p99))
      return [
        {
          what: 'event-loop delay at 400 signatures/s (RS256)',
          against: '–',
          goal: `p99 ≤ ${GOAL_MS} ms`,
          measured: `p99 ${round(p99)} ms; GET /v3/status meanwhile p99 ${round(median(bystanders))} ms`,
          met: p99 <= GOAL_MS,
          details: { signing, bystanders },
        },
      ]
    } finally {
      await server.stop()
    }
  },
}
