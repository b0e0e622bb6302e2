import { LatchkeyError, localError } from './errors.ts'
import type { LicenseState } from './license-state.ts'

export type HeartbeatOptions = {
  /** Told after each renewal. */
  onState?: (state: LicenseState) => void
  /** Told when a renewal failed; it is tried again. */
  onError?: (error: LatchkeyError) => void
  /** Runs something once after some milliseconds, and answers how to call it off. For tests. */
  schedule?: (run: () => void, milliseconds: number) => () => void
}

export type Heartbeat = {
  /** Ends it; resolves when a renewal that was under way is over. */
  stop(): Promise<void>
}

/** The longest delay of a timer. A computer may sleep meanwhile. */
const LONGEST_MS = 86_400_000
const RETRY_MS = 30_000
const SHORTEST_MS = 1_000

/**
 * Keeps a lease alive: synchronizes after half of it, and when the license asks for it. A failed renewal is tried again, sooner
 * the less is left. Ends by itself when there is nothing to renew.
 */
export function startHeartbeat(
  client: { state(): Promise<LicenseState>; sync(): Promise<LicenseState> },
  nowMs: () => number,
  { onState, onError, schedule = setTimer }: HeartbeatOptions = {},
): Heartbeat {
  let cancel: (() => void) | undefined
  let stopped = false
  let leaseEndsAt: number | null = null

  const turn = async (): Promise<void> => {
    try {
      const before = await client.state()
      leaseEndsAt = before.license?.leaseExpiresAt?.getTime() ?? null
      const due = dueAt(before)
      if (due === null || stopped) return
      const isDue = nowMs() >= due
      const state = isDue ? await client.sync() : before
      if (isDue && !stopped) onState?.(state)
      const next = dueAt(state)
      // With a wrong clock the next renewal seems due at once. It runs at most once per quarter of the lease.
      if (next !== null) wait(Math.max(next - nowMs(), isDue ? shortest(state) : SHORTEST_MS))
    } catch (cause) {
      const error =
        cause instanceof LatchkeyError
          ? cause
          : localError('UNEXPECTED_ANSWER', 'Synchronizing failed.', { cause })
      if (!stopped) onError?.(error)
      const left = leaseEndsAt === null ? Number.POSITIVE_INFINITY : leaseEndsAt - nowMs()
      const soon = left > 0 ? Math.min(RETRY_MS, Math.max(SHORTEST_MS, left / 4)) : RETRY_MS
      wait(Math.max(soon, (error.retryAfterSeconds ?? 0) * 1000))
    }
  }
  const wait = (milliseconds: number) => {
    if (stopped) return
    const run = () => {
      underWay = turn()
    }
    cancel = schedule(run, Math.min(milliseconds, LONGEST_MS))
  }
  let underWay = turn()

  return {
    async stop() {
      stopped = true
      cancel?.()
      await underWay
    },
  }
}

/** When the next renewal is due, in milliseconds; null when there is nothing to renew. */
function dueAt({ license }: LicenseState): number | null {
  if (!license) return null
  const lease = leaseLength({ license })
  const halfOfLease = lease === null ? null : license.issuedAt.getTime() + lease / 2
  const times = [halfOfLease, license.nextSyncAt?.getTime() ?? null].filter((time) => time !== null)
  return times.length > 0 ? Math.min(...times) : null
}

function shortest({ license }: LicenseState): number {
  return Math.max(SHORTEST_MS, (leaseLength({ license }) ?? 240_000) / 4)
}

function leaseLength({ license }: Pick<LicenseState, 'license'>): number | null {
  if (!license?.leaseExpiresAt) return null
  return license.leaseExpiresAt.getTime() - license.issuedAt.getTime()
}

/** It does not keep an application alive that has nothing else to do. */
function setTimer(run: () => void, milliseconds: number): () => void {
  const timer = setTimeout(run, milliseconds)
  timer.unref?.()
  return () => clearTimeout(timer)
}
