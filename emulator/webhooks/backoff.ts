const FIRST_MS = 5_000
const FACTOR = 4
const LONGEST_MS = 12 * 3600_000
/** Stripe stops after three days. */
const GIVE_UP_MS = 3 * 24 * 3600_000

/** When to try again after a failed attempt, or null when three days have passed. All in milliseconds. */
export function nextAttempt(attempts: number, firstDueMs: number, nowMs: number): number | null {
  const next = nowMs + Math.min(FIRST_MS * FACTOR ** (attempts - 1), LONGEST_MS)
  return next > firstDueMs + GIVE_UP_MS ? null : next
}
