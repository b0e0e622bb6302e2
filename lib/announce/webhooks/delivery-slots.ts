import { processSlot } from '#lib/core/process-slot.ts'

/** Marks the jobs that wait for strangers' servers. */
export const DELIVERY_FLAG = 'webhook'

/** Of the jobs that a process works on at once, these may be deliveries: payments and mails must not wait for a receiver. */
const MOST_AT_ONCE = 2

const running = processSlot<number>('webhook-deliveries')

/** Runs a job of deliveries, counting it among those under way. */
export async function inDeliverySlot<T>(work: () => Promise<T>): Promise<T> {
  running.set((running.get() ?? 0) + 1)
  try {
    return await work()
  } finally {
    running.set((running.get() ?? 1) - 1)
  }
}

/** Which jobs this process does not take now; the job runner asks before each. */
export function forbiddenFlags(): string[] | null {
  return (running.get() ?? 0) >= MOST_AT_ONCE ? [DELIVERY_FLAG] : null
}
