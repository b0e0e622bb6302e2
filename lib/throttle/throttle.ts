import { type RateLimiterAbstract, RateLimiterDrizzle, RateLimiterRes } from 'rate-limiter-flexible'
import { type Db, db } from '#db/client.ts'
import { throttles } from '#db/schema/accounts.ts'
import { lookUpHash } from '../crypto/keyring.ts'
import { AppError } from '../errors.ts'
import { type RedisClient, redis } from '../redis/client.ts'
import { redisLimiter } from '../redis/redis-limiter.ts'

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

interface CountedBy {
  limiter: RateLimiterAbstract
  points: number
  key: string
}

interface Limiters {
  database: Db
  redis: RedisClient | undefined
  byName: Map<string, RateLimiterAbstract>
}

let limiters: Limiters | undefined

async function limitersFor(attempts: readonly Counted[]): Promise<CountedBy[]> {
  const client = await redis()
  if (limiters?.database !== db() || limiters.redis !== client)
    limiters = { database: db(), redis: client, byName: new Map() }
  const { byName } = limiters
  return attempts.map(({ limit, subject }) => {
    let limiter = byName.get(limit.name)
    if (!limiter) {
      const inPostgres = postgresLimiter(limit)
      limiter = client ? redisLimiter(client, limit, inPostgres) : inPostgres
      byName.set(limit.name, limiter)
    }
    return { limiter, points: limit.points, key: lookUpHash('identifier-throttle', subject) }
  })
}

function postgresLimiter(limit: Limit): RateLimiterDrizzle {
  return new RateLimiterDrizzle({
    storeClient: db(),
    schema: throttles,
    keyPrefix: limit.name,
    points: limit.points,
    duration: limit.seconds,
    // The nightly purge looks after old rows.
    clearExpiredByTimeout: false,
  })
}

/**
 * Counts one attempt against every limit, on real time: on Redis where there is one, else (and while it is away) in Postgres.
 * An attempt that one limit refuses is charged to none, so that a stranger's refused attempts cannot use up somebody else's.
 * @throws RATE_LIMITED with the seconds to wait
 */
export async function countAttempt(attempts: readonly Counted[]): Promise<void> {
  const counted = await limitersFor(attempts)
  const known = await Promise.all(counted.map(({ limiter, key }) => limiter.get(key)))
  refuseIf(known.filter((result, index) => result && result.consumedPoints >= (counted[index]?.points ?? 0)))
  const charged = await Promise.allSettled(counted.map(({ limiter, key }) => limiter.consume(key)))
  const refused = charged.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  if (refused.length === 0) return
  // Somebody else was faster between looking and charging: give back what was charged.
  await Promise.all(counted.map(({ limiter, key }) => limiter.reward(key)))
  const failure = refused.find((reason) => !(reason instanceof RateLimiterRes))
  if (failure) throw failure
  refuseIf(refused)
}

/** Forgets what was counted, after an attempt that proved itself. */
export async function forgiveAttempts(attempts: readonly Counted[]): Promise<void> {
  const counted = await limitersFor(attempts)
  await Promise.all(counted.map(({ limiter, key }) => limiter.delete(key)))
}

function refuseIf(refusals: readonly (RateLimiterRes | null)[]): void {
  if (refusals.length === 0) return
  const longest = Math.max(...refusals.map((refusal) => refusal?.msBeforeNext ?? 0))
  throw new AppError('RATE_LIMITED', 'Too many attempts. Please wait a moment and try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(longest / 1000)),
  })
}
