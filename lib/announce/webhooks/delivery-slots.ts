import { processSlot } from '#lib/core/process-slot.ts'

/** The flag of jobs that wait for receivers' servers. */
export const DELIVERY_FLAG = 'webhook'

/** Most deliveries among a process's concurrent jobs, so that payments and mails do not wait for receivers. */
const MOST_AT_ONCE = 2

// Not p-limit: a delivery that had to wait would hold one of the process's places for jobs. The runner must not take it at all.
const running = processSlot<number>('webhook-deliveries')

/** Runs a delivery job and counts it while it runs. */
export async function inDeliverySlot<T>(work: () => Promise<T>): Promise<T> {
  running.set((running.get() ?? 0) + 1)
  try {
    return await work()
  } finally {
    running.set((running.get() ?? 1) - 1)
  }
}

/** Flags of jobs that this process does not take now. The job runner asks before each job. */
export function forbiddenFlags(): string[] | null {
  return (running.get() ?? 0) >= MOST_AT_ONCE ? [DELIVERY_FLAG] : null
}
