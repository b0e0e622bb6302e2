import { AppError } from '#lib/core/errors.ts'
import { lastingHash } from '#lib/core/key-store/lasting-keys.ts'
import { type RedisClient, redis } from '#lib/core/redis/client.ts'
import { type Counter, countInRedis, forgetInRedis } from '#lib/core/redis/counters.ts'
import { countInPostgres, forgetInPostgres } from './count-in-postgres.ts'

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

/**
 * Counts one attempt against every limit, on real time: on Redis where there is one, else (and while it is away) in Postgres.
 * Checking and counting are one step. An attempt that one limit refuses counts on none, so a stranger's refused attempts cannot
 * use up other budgets. A counter only grows, until its window ends or a successful attempt resets it.
 * @throws RATE_LIMITED with the seconds to wait
 */
export async function countAttempt(attempts: readonly Counted[]): Promise<void> {
  const counters = await countersOf(attempts)
  const waitMs = await wherePossible(
    (client) => countInRedis(client, counters.map(inRedis)),
    () => countInPostgres(counters),
  )
  if (waitMs === undefined) return
  throw new AppError('RATE_LIMITED', 'Too many attempts. Please wait a moment and try again.', {
    retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)),
  })
}

/** Forgets what was counted, after an attempt that proved itself. */
export async function forgiveAttempts(attempts: readonly Counted[]): Promise<void> {
  const counters = await countersOf(attempts)
  await wherePossible(
    (client) =>
      forgetInRedis(
        client,
        counters.map((counter) => inRedis(counter).key),
      ),
    () => forgetInPostgres(counters.map(({ key }) => key)),
  )
}

function countersOf(attempts: readonly Counted[]): Promise<Counter[]> {
  return Promise.all(
    attempts.map(async ({ limit: { name, points, seconds }, subject }) => ({
      key: `${name}:${await lastingHash('identifier-throttle', subject)}`,
      points,
      seconds,
    })),
  )
}

const inRedis = (counter: Counter): Counter => ({ ...counter, key: `latchkey:${counter.key}` })

/** On Redis; in Postgres where there is none, and whenever it does not answer. */
async function wherePossible<T>(
  onRedis: (client: RedisClient) => Promise<T>,
  onPostgres: () => Promise<T>,
): Promise<T> {
  const client = await redis()
  if (!client?.isReady) return onPostgres()
  // The client's own events log the reason, once.
  return onRedis(client).catch(onPostgres)
}
