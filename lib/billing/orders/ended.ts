/** Statuses of a subscription that the provider has ended: it takes no money any more. */
export const ENDED_SUBSCRIPTION: readonly string[] = ['canceled', 'incomplete_expired']

/** Payment statuses of an order whose subscription does not run: it has ended, or it never began. */
export const NOT_RUNNING: readonly string[] = [...ENDED_SUBSCRIPTION, 'open', 'expired', 'failed']

/** Whether a subscription of this status has ended. */
export function hasEnded(status: string): boolean {
  return ENDED_SUBSCRIPTION.includes(status)
}
