import { setTimeout as delay } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { env } from '../env.ts'
import { log } from '../logging/log.ts'
import { processSlot } from '../process-slot.ts'

/** How long a connection attempt may take, and the very first request waits for it (milliseconds). */
const CONNECT_MS = 2_000
/** A quiet connection is asked this often; one that stays silent for longer than that is given up (milliseconds). */
const PING_MS = 2_000
const SILENCE_MS = 5_000
const RETRY_FIRST_MS = 100
const RETRY_MAX_MS = 2_000

export type RedisClient = ReturnType<typeof clientFor>

interface Connection {
  client: RedisClient
  /** Settles when the first attempt has: later requests do not wait, they find Redis there or away. */
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
    // Every further attempt fails alike: one line tells of the outage, one of its end.
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
  // Told by the error event; it rejects only when we end it ourselves.
  client.connect().catch(() => undefined)
  return { client, tried: Promise.race([settled, delay(CONNECT_MS, undefined, { ref: false })]) }
}
