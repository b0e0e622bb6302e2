const DAY_MS = 24 * 3_600_000

/** How billing turns into rights. The pure function takes it as an input, so that it can become a setting. */
export interface BillingPolicy {
  /** A license runs on past the paid period, so that a payment that takes a while stops nobody. */
  leewayMs: number
  /** A license runs on after a failed renewal. */
  graceMs: number
}

export const DEFAULT_POLICY: BillingPolicy = { leewayMs: 3 * DAY_MS, graceMs: 7 * DAY_MS }
