import type { Executor } from '#db/client.ts'
import { testClock } from '#db/schema/accounts.ts'
import { setClockOffset } from '#lib/core/clock.ts'

/** Brings this process's clock in line with the installation's. Only test mode has a moved clock. */
export async function readClock(db: Executor): Promise<void> {
  const [row] = await db.select({ offsetMs: testClock.offsetMs }).from(testClock)
  setClockOffset(row?.offsetMs ?? 0)
}
