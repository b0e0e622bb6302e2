import type { RedisClient } from './client.ts'

/** A Redis that answers later than this (milliseconds) counts as away, so that no request waits for it. */
export const PATIENCE_MS = 500

/** A counter of a fixed window: at most `points` in so many `seconds` from the first one. */
export interface Counter {
  key: string
  points: number
  seconds: number
}

/**
 * Checks and counts in one script, which Redis runs alone. Returns -1 if it counted on all counters. Otherwise it touches none
 * and returns the milliseconds until the last of the exhausted ones resets.
 */
const COUNT_OR_REFUSE = `
local wait = -1
for i, key in ipairs(KEYS) do
  local points, window = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
  local left = redis.call('pttl', key)
  if left == -1 then
    redis.call('pexpire', key, window)
    left = window
  end
  if left >= 0 and tonumber(redis.call('get', key)) >= points then wait = math.max(wait, left) end
end
if wait >= 0 then return wait end
for i, key in ipairs(KEYS) do
  if redis.call('incr', key) <= 1 then redis.call('set', key, 1, 'px', ARGV[2 * i]) end
end
return -1`

/**
 * Counts one attempt against every counter, or against none if one is used up. Returns the milliseconds to wait in that case,
 * else undefined. Callers pass hashes as keys: no personal value may lie in Redis.
 * @throws when Redis does not answer in time; whether it counted is unknown then
 */
export async function countInRedis(
  client: RedisClient,
  counters: readonly Counter[],
): Promise<number | undefined> {
  const answer = await inTime(
    client.eval(COUNT_OR_REFUSE, {
      keys: counters.map(({ key }) => key),
      arguments: counters.flatMap(({ points, seconds }) => [String(points), String(seconds * 1000)]),
    }),
  )
  return typeof answer === 'number' && answer >= 0 ? answer : undefined
}

/** Forgets what was counted. @throws when Redis does not answer in time */
export async function forgetInRedis(client: RedisClient, keys: readonly string[]): Promise<void> {
  await inTime(client.del([...keys]))
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('Redis does not answer')), PATIENCE_MS)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
