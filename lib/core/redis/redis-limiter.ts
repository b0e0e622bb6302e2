import { type RateLimiterAbstract, RateLimiterRedis, RLWrapperTimeouts } from 'rate-limiter-flexible'
import type { RedisClient } from './client.ts'
import { PATIENCE_MS } from './counters.ts'

/**
 * Counts on Redis, so that all processes share the counters. If Redis does not answer in time, `insurance` counts instead.
 * Callers pass hashes as keys: no personal value may lie in Redis.
 */
export function redisLimiter(
  client: RedisClient,
  limit: { name: string; points: number; seconds: number },
  insurance: RateLimiterAbstract,
): RLWrapperTimeouts {
  return new RLWrapperTimeouts({
    timeoutMs: PATIENCE_MS,
    insuranceLimiter: insurance,
    limiter: new RateLimiterRedis({
      storeClient: client,
      useRedisPackage: true,
      rejectIfRedisNotReady: true,
      keyPrefix: `latchkey:${limit.name}`,
      points: limit.points,
      duration: limit.seconds,
    }),
  })
}
