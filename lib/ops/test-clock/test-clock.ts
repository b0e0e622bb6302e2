import type { Executor } from '#db/client.ts'
import { testClock } from '#db/schema/accounts.ts'
import { clock, clockOffset, setClockOffset } from '#lib/core/clock.ts'
import { fieldError } from '#lib/core/errors.ts'

/** A hundred years: nothing sensible is further away. */
const FURTHEST_MS = 100 * 366 * 86_400_000

/**
 * Moves the installation's clock forward, by seconds or to a point in time, and answers its new time.
 * @throws INVALID_INPUT when it would go backward: what has fallen due cannot become undue
 */
export async function moveClock(db: Executor, to: { advanceSeconds: number } | { set: Date }): Promise<Date> {
  const now = clock.now().getTime()
  const target = 'set' in to ? to.set.getTime() : now + to.advanceSeconds * 1000
  if (target < now) throw fieldError('set' in to ? 'set' : 'advance', 'the clock only moves forward')
  const offsetMs = clockOffset() + (target - now)
  if (offsetMs > FURTHEST_MS) throw fieldError('set' in to ? 'set' : 'advance', 'that is too far away')
  await db
    .insert(testClock)
    .values({ id: 1, offsetMs })
    .onConflictDoUpdate({ target: testClock.id, set: { offsetMs } })
  setClockOffset(offsetMs)
  return clock.now()
}

/** Brings this process's clock in line with the installation's. Only test mode has a moved clock. */
export async function readClock(db: Executor): Promise<void> {
  const [row] = await db.select({ offsetMs: testClock.offsetMs }).from(testClock)
  setClockOffset(row?.offsetMs ?? 0)
}
