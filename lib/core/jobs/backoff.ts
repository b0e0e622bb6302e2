const FIRST_MS = 5_000
const LONGEST_MS = 6 * 3_600_000
const GIVE_UP_AFTER_MS = 3 * 24 * 3_600_000

/**
 * When to try again: 5 seconds after the first failure, doubling to 6 hours, each wait spread by a quarter so that many
 * failures at once do not return at once. Null when it has failed for three days.
 */
export function nextAttempt(now: Date, attempts: number, failingSince: Date): Date | null {
  if (now.getTime() - failingSince.getTime() >= GIVE_UP_AFTER_MS) return null
  const wait = Math.min(FIRST_MS * 2 ** Math.max(0, attempts - 1), LONGEST_MS)
  return new Date(now.getTime() + wait * (0.75 + Math.random() / 4))
}
