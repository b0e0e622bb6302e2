import { isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { type RateLimiterAbstract, RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Actor } from '#lib/core/actor.ts'
import { env } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'
import { canonicalAddress } from '#lib/core/ip-address.ts'
import { lastingHash } from '#lib/core/key-store/lasting-keys.ts'
import { processSlot } from '#lib/core/process-slot.ts'
import { type RedisClient, redis } from '#lib/core/redis/client.ts'
import { redisLimiter } from '#lib/core/redis/redis-limiter.ts'

/** The window of the burst limit, seconds (contract §2 "Rate limit"). */
const WINDOW_SECONDS = 5
/** Machines hold a token and work in bulk: five times what a stranger gets. */
const MACHINE_FACTOR = 5

interface Limiters {
  redis: RedisClient | undefined
  people: RateLimiterAbstract
  machines: RateLimiterAbstract
}

const slot = processSlot<Limiters>('api-rate-limiters')

async function limiters(): Promise<Limiters> {
  const client = await redis()
  let known = slot.get()
  if (!known || known.redis !== client) {
    const points = env().API_RATE_LIMIT
    known = {
      redis: client,
      people: limiterFor('api-people', points, client),
      machines: limiterFor('api-machines', points * MACHINE_FACTOR, client),
    }
    slot.set(known)
  }
  return known
}

function limiterFor(name: string, points: number, client: RedisClient | undefined): RateLimiterAbstract {
  const inMemory = new RateLimiterMemory({ points, duration: WINDOW_SECONDS })
  return client ? redisLimiter(client, { name, points, seconds: WINDOW_SECONDS }, inMemory) : inMemory
}

/** What a request's caller has left; `refusal` if nothing. */
export interface CountedRequest {
  headers: Record<string, string>
  refusal?: AppError
}

/** Whether there is a burst limit at all. */
export function isCounted(): boolean {
  return env().API_RATE_LIMIT !== 0
}

/** Counts a request against its caller's burst limit: on Redis where there is one, else (and while it is away) in memory. */
export async function countRequest(actor: Actor, ip: string | null): Promise<CountedRequest> {
  if (!isCounted()) return { headers: {} }
  const machine = actor.kind === 'pat'
  const { people, machines, redis: shared } = await limiters()
  const limiter = machine ? machines : people
  const caller = machine ? `pat:${actor.tokenId}` : `ip:${addressBlock(ip)}`
  try {
    // Addresses are personal. Memory may hold them in clear; Redis gets a hash.
    const result = await limiter.consume(shared ? await lastingHash('identifier-throttle', caller) : caller)
    return { headers: rateHeaders(result) }
  } catch (error) {
    if (!(error instanceof RateLimiterRes)) throw error
    const refusal = new AppError('RATE_LIMITED', 'Too many requests. Please wait a moment.', {
      retryAfterSeconds: Math.max(1, Math.ceil(error.msBeforeNext / 1000)),
    })
    return { headers: rateHeaders(error), refusal }
  }
}

function rateHeaders(result: RateLimiterRes): Record<string, string> {
  return {
    'x-rate-limit-limit': `${WINDOW_SECONDS}s`,
    'x-rate-limit-remaining': String(result.remainingPoints),
    'x-rate-limit-reset': new Date(Date.now() + result.msBeforeNext).toISOString(),
  }
}

/**
 * One caller: an IPv4 address, or the /64 that an IPv6 address lies in. Those whose address is not known are one caller
 * together.
 */
export function addressBlock(ip: string | null): string {
  const address = canonicalAddress(ip)
  if (address === null) return 'unknown'
  if (isIPv4(address)) return address
  const groups = ipaddr.IPv6.parse(address).parts.slice(0, 4)
  return `${groups.map((group) => group.toString(16)).join(':')}::/64`
}
