import type { TokenClaims } from './claims.ts'
import type { LatchkeyStore } from './store.ts'

export type ClockFault = 'TOKEN_FROM_FUTURE' | 'CLOCK_TURNED_BACK'
/** The clock stands a little before what was seen: worth telling the user, no reason to stop. */
export type ClockWarning = 'CLOCK_TURNED_BACK'

/** The latest time seen on this computer, in unix seconds; 0 = none. */
export type SeenTime = {
  latest: number
  /** What the clock showed last, while it stood before `latest`; null: it does not. */
  behind: number | null
}

/** A store is written once a minute at most. */
const RESOLUTION_SECONDS = 60

/** Turning the clock back by less than this only warns: time zones, a dual boot, an empty battery. */
const SMALL_JUMP_SECONDS = 86_400

/**
 * Tells whether the computer's clock stands before what is known to be past: the token's birth, give or take the license's
 * allowed offset, and the latest time seen here, by a day or more. All arguments in unix seconds.
 */
export function findClockFault(claims: TokenClaims, now: number, latestSeen: number): ClockFault | null {
  const { allowedClockOffset, issuedAt } = claims
  if (allowedClockOffset < 0) return null
  if (issuedAt - now > allowedClockOffset) return 'TOKEN_FROM_FUTURE'
  return isLargeJump(now, latestSeen, allowedClockOffset) ? 'CLOCK_TURNED_BACK' : null
}

/** Whether the clock was turned back too far to go on. */
export function isLargeJump(now: number, latestSeen: number, allowedOffset: number): boolean {
  return latestSeen - now >= SMALL_JUMP_SECONDS && latestSeen - now > allowedOffset
}

/** The warning about a clock that is wrong, but not enough to stop. */
export function clockWarning(now: number, latestSeen: number, allowedOffset: number): ClockWarning | null {
  return allowedOffset >= 0 && latestSeen - now > allowedOffset ? 'CLOCK_TURNED_BACK' : null
}

/** The latest time seen on this computer. */
export async function readSeenTime(store: LatchkeyStore): Promise<SeenTime> {
  const [, latest, behind] =
    /^(\d{1,13})(?: (\d{1,13}))?$/.exec((await store.read('latest-time')) ?? '') ?? []
  return { latest: Number(latest ?? 0), behind: behind === undefined ? null : Number(behind) }
}

/**
 * Remembers the clock's time and never moves the latest time back. While the clock is a little behind, the latest time advances
 * with it, so that many small jumps add up to a large one.
 */
export async function rememberTime(store: LatchkeyStore, now: number, seen: SeenTime): Promise<void> {
  const next = goOn(seen, now)
  const isDue = next.latest - seen.latest >= RESOLUTION_SECONDS || isBehindOtherwise(next, seen)
  // A full disk must not lock out somebody who has paid; the token's own dates still bind.
  if (isDue) await writeSeenTime(store, next).catch(() => undefined)
}

function goOn({ latest, behind }: SeenTime, now: number): SeenTime {
  if (now >= latest) return { latest: now, behind: null }
  // The application does not run, so nobody gains from this time, and real time may pass the mistake.
  if (latest - now >= SMALL_JUMP_SECONDS) return { latest, behind }
  const passed = behind === null ? 0 : Math.max(0, now - behind)
  return { latest: latest + passed, behind: now }
}

function isBehindOtherwise(next: SeenTime, seen: SeenTime): boolean {
  if (next.behind === null || seen.behind === null) return next.behind !== seen.behind
  return Math.abs(next.behind - seen.behind) >= RESOLUTION_SECONDS
}

/** Files, lists and tokens that the vendor signed prove that their time has passed. They only move the memory on. */
export async function raiseSeenTime(store: LatchkeyStore, signedAt: number): Promise<void> {
  const seen = await readSeenTime(store)
  if (signedAt > seen.latest) await writeSeenTime(store, { latest: Math.floor(signedAt), behind: null })
}

/**
 * The server's answer to a request that waited on this very computer tells the right time: it alone overrules what a wrongly
 * set clock left behind. Anything else that is signed could have been kept, and would turn the clock back for ever.
 */
export async function trustBoundAnswer(store: LatchkeyStore, signedAt: number): Promise<void> {
  await writeSeenTime(store, { latest: signedAt, behind: null })
}

function writeSeenTime(store: LatchkeyStore, { latest, behind }: SeenTime): Promise<void> {
  return store.write('latest-time', behind === null ? String(latest) : `${latest} ${behind}`)
}
