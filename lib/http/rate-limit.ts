import { isIP } from 'node:net'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { Actor } from '../auth/actor.ts'
import { env } from '../env.ts'
import { AppError } from '../errors.ts'
import { globalSlot } from '../global-slot.ts'

/** The window of the burst limit, seconds (contract §2 "Rate limit"). */
const WINDOW_SECONDS = 5
/** Machines hold a token and work in bulk: five times what a stranger gets. */
const MACHINE_FACTOR = 5

interface Limiters {
  people: RateLimiterMemory
  machines: RateLimiterMemory
}

const slot = globalSlot<Limiters>('api-rate-limiters')

function limiters(): Limiters {
  let known = slot.get()
  if (!known) {
    const points = env().API_RATE_LIMIT
    known = {
      people: new RateLimiterMemory({ points, duration: WINDOW_SECONDS }),
      machines: new RateLimiterMemory({ points: points * MACHINE_FACTOR, duration: WINDOW_SECONDS }),
    }
    slot.set(known)
  }
  return known
}

/** What a request's caller has left; `refusal` when that is nothing. */
export interface Counted {
  headers: Record<string, string>
  refusal?: AppError
}

/** Counts a request against its caller's burst limit. */
export async function countRequest(actor: Actor, ip: string | null): Promise<Counted> {
  if (env().API_RATE_LIMIT === 0) return { headers: {} }
  const machine = actor.kind === 'pat'
  const limiter = machine ? limiters().machines : limiters().people
  try {
    const result = await limiter.consume(machine ? `pat:${actor.tokenId}` : `ip:${addressBlock(ip)}`)
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

/** One caller: an IPv4 address (in either family's spelling), or the /64 that an IPv6 address lies in. */
export function addressBlock(ip: string | null): string {
  if (ip === null) return 'unknown'
  if (isIP(ip) !== 6) return ip
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1]
  if (mapped) return mapped
  const [head = '', tail] = ip.split('::')
  const groups = head.split(':').filter(Boolean)
  const rest = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const full =
    tail === undefined ? groups : [...groups, ...Array(8 - groups.length - rest.length).fill('0'), ...rest]
  return `${full.slice(0, 4).join(':')}::/64`
}
