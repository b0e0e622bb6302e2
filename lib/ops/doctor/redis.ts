import { env } from '#lib/core/env.ts'
import { describeError } from '#lib/core/logging/describe-error.ts'
import { clientFor } from '#lib/core/redis/client.ts'
import type { Finding } from './finding.ts'

/** Redis answers, and keeps what it is given: a counter thrown away early is a throttle that opens. */
export async function checkRedis(): Promise<Finding> {
  const name = 'Redis answers (REDIS_URL)'
  const { REDIS_URL } = env()
  if (!REDIS_URL) return { name, ok: true, detail: 'not set: throttles count in PostgreSQL and in memory' }
  const client = clientFor(REDIS_URL)
  try {
    const failed = new Promise<never>((_resolve, reject) => client.on('error', reject))
    const memory = await Promise.race([failed, client.connect().then(() => client.info('memory'))])
    const evicts = /^maxmemory:[1-9]/m.test(memory) && !/^maxmemory_policy:noeviction/m.test(memory)
    if (!evicts) return { name, ok: true }
    return {
      name,
      ok: false,
      detail: 'it may throw counters away when full: set maxmemory-policy noeviction',
    }
  } catch (error) {
    const { message, code } = describeError(error)
    return { name, ok: false, detail: message || code || 'no answer' }
  } finally {
    client.destroy()
  }
}
