import { db } from '#db/client.ts'
import type { Emulator } from '#emulator/server.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'

/**
 * Runs after a jump of the clock: first the Stripe emulator's events, then at once a job for everything that is due in any
 * account.
 */
export function afterJump(emulator: Pick<Emulator, 'advance'> | undefined): (now: Date) => Promise<void> {
  return async (now) => {
    await emulator?.advance(now)
    await addJob(db(), 'due-work', {}, { key: 'due-work' })
  }
}
