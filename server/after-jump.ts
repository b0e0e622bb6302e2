import { db } from '#db/client.ts'
import type { Emulator } from '#emulator/server.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'

/**
 * What follows a jump of the clock: the Stripe emulator's events first, then a job for everything that fell due in any
 * account, instead of within the next minute.
 */
export function afterJump(emulator: Pick<Emulator, 'advance'> | undefined): (now: Date) => Promise<void> {
  return async (now) => {
    await emulator?.advance(now)
    await addJob(db(), 'due-work', {}, { key: 'due-work' })
  }
}
