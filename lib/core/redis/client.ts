import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { env } from '../env.ts'
import { log } from '../logging/log.ts'
import { processSlot } from '../process-slot.ts'

/** Limit of a connection attempt, milliseconds. The first request waits that long at most. */
const CONNECT_MS = 2_000
/** Interval of pings on a quiet connection, milliseconds. A connection that stays silent for longer is closed. */
const PING_MS = 2_000
const SILENCE_MS = 5_000
const RETRY_FIRST_MS = 100
const RETRY_MAX_MS = 2_000

export type RedisClient = ReturnType<typeof clientFor>

interface Connection {
  client: RedisClient
  /** Settles with the first attempt. Later requests do not wait: Redis is connected or counts as away. */
  tried: Promise<unknown>
}

const slot = processSlot<Connection>('redis')

/**
 * The process's one Redis connection, made on first use; undefined without `REDIS_URL`. It reconnects by itself, and while
 * it is away its commands fail at once.
 */
export async function redis(): Promise<RedisClient | undefined> {
  const url = env().REDIS_URL
  if (!url) return undefined
  let known = slot.get()
  if (!known) {
    known = connect(url)
    slot.set(known)
  }
  await known.tried
  return known.client
}

/** Ends the connection, if there is one. The next use makes another. */
export function closeRedis(): void {
  const known = slot.get()
  slot.set(undefined)
  known?.client.destroy()
}

/** A client that is not connected yet: `connect()` it, listen to `error`, `destroy()` it. */
export function clientFor(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    pingInterval: PING_MS,
    socket: {
      connectTimeout: CONNECT_MS,
      socketTimeout: SILENCE_MS,
      reconnectStrategy: (retries) => Math.min(RETRY_FIRST_MS * 2 ** Math.min(retries, 10), RETRY_MAX_MS),
    },
  })
}

function connect(url: string): Connection {
  const client = clientFor(url)
  // Never the whole URL: it holds the password.
  const { host } = new URL(url)
  let away = false
  client.on('error', (error) => {
    // Further attempts fail in the same way: one line reports the outage, one its end.
    if (!away) log().warn({ err: error, host }, 'Redis is away: throttles count without it')
    away = true
  })
  client.on('ready', () => {
    if (away) log().info({ host }, 'Redis is back')
    away = false
  })
  const settled = new Promise<void>((resolve) => {
    client.once('ready', () => resolve())
    client.once('error', () => resolve())
  })
  // The error event reports a failure. The promise rejects only when we close the connection ourselves.
  client.connect().catch(() => undefined)
  return { client, tried: Promise.race([settled, delay(CONNECT_MS, undefined, { ref: false })]) }
}
