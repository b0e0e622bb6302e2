import { vi } from 'vitest'
import { sqlClient } from '#db/client.ts'

/** Whose row the attempts want. */
export interface Row {
  table: 'users' | 'operators'
  id: string
}

/**
 * Two attempts that meet at one row, in this order, without a sleep: the row is held until the first one waits for it and
 * the second one behind it; each has done by then whatever it does before it locks. Then they run.
 */
export async function queueAtRow<A, B>(
  row: Row,
  first: () => Promise<A>,
  second: () => Promise<B>,
): Promise<[PromiseSettledResult<A>, PromiseSettledResult<B>]> {
  const sql = sqlClient()
  const waiting = async (count: number) =>
    vi.waitFor(
      async () => {
        const [found] = await sql<{ waiting: number }[]>`
          select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`
        if (found?.waiting !== count) throw new Error(`${found?.waiting} wait, not ${count}`)
      },
      { timeout: 20_000, interval: 5 },
    )
  const started = await sql.begin(async (held) => {
    await held`select 1 from ${held(row.table)} where id = ${row.id} for update`
    const one = Promise.allSettled([first()])
    await waiting(1)
    const two = Promise.allSettled([second()])
    await waiting(2)
    return { one, two }
  })
  const [[one], [two]] = await Promise.all([started.one, started.two])
  return [one, two]
}
