import { RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible'
import { db } from '#db/client.ts'
import { throttles } from '#db/schema/accounts.ts'
import { lookUpHash } from '../crypto/keyring.ts'
import { AppError } from '../errors.ts'

/** So many attempts in so many seconds. */
export interface Limit {
  name: string
  points: number
  seconds: number
}

/** A limit and whom it counts here. */
export interface Counted {
  limit: Limit
  /** An address, an identifier: only its HMAC is stored. */
  subject: string
}

let limiters: { on: unknown; byName: Map<string, RateLimiterDrizzle> } | undefined

function limiterFor(limit: Limit): RateLimiterDrizzle {
  if (limiters?.on !== db()) limiters = { on: db(), byName: new Map() }
  let limiter = limiters.byName.get(limit.name)
  if (!limiter) {
    limiter = new RateLimiterDrizzle({
      storeClient: db(),
      schema: throttles,
      keyPrefix: limit.name,
      points: limit.points,
      duration: limit.seconds,
      // The nightly purge looks after old rows.
      clearExpiredByTimeout: false,
    })
    limiters.byName.set(limit.name, limiter)
  }
  return limiter
}

const keyOf = (counted: Counted) => lookUpHash('identifier-throttle', counted.subject)

/**
 * Counts one attempt against every limit, in Postgres, on real time. An attempt that one limit refuses is charged to none, so
 * that a stranger's refused attempts cannot use up somebody else's.
 * @throws RATE_LIMITED with the seconds to wait
 */
export async function countAttempt(attempts: readonly Counted[]): Promise<void> {
  const known = await Promise.all(attempts.map((counted) => limiterFor(counted.limit).get(keyOf(counted))))
  refuseIf(
    known.filter((result, index) => result && result.consumedPoints >= (attempts[index]?.limit.points ?? 0)),
  )
  const charged = await Promise.allSettled(
    attempts.map((counted) => limiterFor(counted.limit).consume(keyOf(counted))),
  )
  const refused = charged.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  if (refused.length === 0) return
  // Somebody else was faster between looking and charging: give back what was charged.
  await Promise.all(attempts.map((counted) => limiterFor(counted.limit).reward(keyOf(counted))))
  const failure = refused.find((reason) => !(reason instanceof RateLimiterRes))
  if (failure) throw failure
  refuseIf(refused)
}

/** Forgets what was counted, after an attempt that proved itself. */
export async function forgiveAttempts(attempts: readonly Counted[]): Promise<void> {
  await Promise.all(attempts.map((counted) => limiterFor(counted.limit).delete(keyOf(counted))))
}

function refuseIf(refusals: readonly (RateLimiterRes | null)[]): void {
  if (refusals.length === 0) return
  const longest = Math.max(...refusals.map((refusal) => refusal?.msBeforeNext ?? 0))
  throw new AppError('RATE_LIMITED', 'Too many attempts. Please wait a moment and try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(longest / 1000)),
  })
}
