/** A session ends 8 hours after sign-in, however busy (milliseconds). */
export const SESSION_MS = 8 * 3_600_000

/** … and after 30 minutes without a request (milliseconds). */
export const SESSION_IDLE_MS = 30 * 60_000
