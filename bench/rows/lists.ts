import type { Measurement } from '../bench.ts'
import { measureOpenLoop } from '../load/open-loop.ts'
import { median, type Row, round } from '../row.ts'
import { startLatchkey } from '../servers/start.ts'

const GOAL_MS = 30
const PER_SECOND = 10

/** Lists of 100,000 licenses, a hundred on a page. */
const LISTS: { what: string; query: Record<string, string> }[] = [
  { what: 'newest first', query: { sort: '-createdAt' } },
  { what: 'by expiry', query: { sort: 'expiresAt' } },
  { what: 'of one product, newest first', query: { sort: '-createdAt' } },
  { what: 'one tag, suspended ones left out', query: { tag: 'vip', suspended: 'false', sort: 'createdAt' } },
]

/** How long a page of a long list takes, the first and the thousandth. */
export const lists: Measurement = {
  name: 'lists with filters and sorting',
  async run({ database, surroundings, options }): Promise<Row[]> {
    const server = await startLatchkey(database.url, surroundings)
    const headers = { authorization: `Bearer ${database.sample.token}` }
    const measure = async (query: Record<string, string>, page: number) => {
      const search = new URLSearchParams({ ...query, limit: '100', page: String(page) })
      const request = () => ({ method: 'GET' as const, path: `/v3/licenses?${search}`, headers })
      const runs: number[] = []
      for (let round = 0; round <= options.rounds; round += 1) {
        const { latencyMs } = await measureOpenLoop({ server, request, perSecond: PER_SECOND, seconds: 1 })
        if (round > 0) runs.push(latencyMs.p50)
      }
      return median(runs)
    }
    try {
      const rows: Row[] = []
      for (const { what, query } of LISTS) {
        const filtered = {
          ...query,
          ...(what.startsWith('of one product') && { productId: database.sample.productId }),
        }
        const [first, thousandth] = [await measure(filtered, 1), await measure(filtered, 1000)]
        rows.push({
          what: `licenses, ${what}, page 1 and 1,000`,
          against: '–',
          goal: `≤ ${GOAL_MS} ms`,
          measured: `${round(first, 1)} and ${round(thousandth, 1)} ms`,
          met: Math.max(first, thousandth) <= GOAL_MS,
          details: { query: filtered, first, thousandth },
        })
      }
      return rows
    } finally {
      await server.stop()
    }
  },
}
