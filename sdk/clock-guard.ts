import type { TokenClaims } from './claims.ts'
import type { LatchkeyStore } from './store.ts'

export type ClockFault = 'TOKEN_FROM_FUTURE' | 'CLOCK_TURNED_BACK'

/** Turning back by less than this goes unnoticed; in return the store is written once a minute at most. */
const RESOLUTION_SECONDS = 60

/**
 * Tells whether the computer's clock stands before what is known to be past: the token's birth and the latest time
 * seen here, both give or take the license's allowed offset. All arguments in unix seconds.
 */
export function findClockFault(claims: TokenClaims, now: number, latestSeen: number): ClockFault | null {
  const { allowedClockOffset, issuedAt } = claims
  if (allowedClockOffset < 0) return null
  if (issuedAt - now > allowedClockOffset) return 'TOKEN_FROM_FUTURE'
  if (latestSeen - now > allowedClockOffset) return 'CLOCK_TURNED_BACK'
  return null
}

/** The latest time seen on this computer in unix seconds; 0 when none is remembered. */
export async function readLatestSeen(store: LatchkeyStore): Promise<number> {
  const text = (await store.read('latest-time')) ?? ''
  return /^\d{1,13}$/.test(text) ? Number(text) : 0
}

/** Remembers `now` when it is later than what is remembered. Never moves back. */
export async function rememberTime(store: LatchkeyStore, now: number, latestSeen: number): Promise<void> {
  if (now - latestSeen < RESOLUTION_SECONDS) return
  // A full disk must not lock out somebody who has paid; the token's own dates still bind.
  await store.write('latest-time', String(now)).catch(() => undefined)
}

/**
 * A token fresh from the server carries the right time, so it overrules what a wrongly set clock left behind.
 * Call it only for a token that is newer than the one it replaces, or replaying an old one would reset the memory.
 */
export async function trustServerTime(store: LatchkeyStore, issuedAt: number): Promise<void> {
  await store.write('latest-time', String(issuedAt))
}
