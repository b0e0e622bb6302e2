/** Every slot and what it holds. What is not in this list does not compile. */
export type SlotName =
  /** The configuration. */
  | 'env'
  /** The logger. */
  | 'logger'
  /** How far the test clock is ahead (milliseconds). */
  | 'clock-offset-ms'
  /** The connections to the database. */
  | 'pool'
  /** The connections to its read replica, and until when reads avoid it. */
  | 'replica'
  /** The connection to Redis. */
  | 'redis'
  /** The keys that outlast a change of SECRET_KEY. */
  | 'lasting-keys'
  /** Whether this process owns the socket, so that its own header with the client's address can be believed. */
  | 'owns-socket'
  /** Requests that this process sends to itself. */
  | 'internal-requests'
  /** Serves such a request without a socket. */
  | 'dispatcher'
  /** What the Web API's limit counts in memory. */
  | 'api-rate-limiters'
  /** How many passwords are hashed at once. */
  | 'password-hashing'
  /** The connections to the mail server. */
  | 'smtp'
  /** The thread that renders the vendor's own mails. */
  | 'template-renderer'
  /** The clients of Stripe, by key. */
  | 'stripe-clients'
  /** The table of countries. */
  | 'countries'
  /** How many webhooks are being delivered. */
  | 'webhook-deliveries'
  /** Whether the job worker runs. */
  | 'worker-state'
  /** The names under which this process works on jobs. */
  | 'worker-presence'

/**
 * One process holds two copies of every module (Next's bundle and the native server), and only `globalThis` is shared.
 * Whatever must exist once per process lives in a slot; `scripts/rooms/list.ts` says which state may exist once per copy.
 */
export interface ProcessSlot<T> {
  get(): T | undefined
  set(value: T | undefined): void
}

/** Opens the process-wide slot of that name. */
export function processSlot<T>(name: SlotName): ProcessSlot<T> {
  const store = globalThis as { [slot: symbol]: T | undefined }
  const key = Symbol.for(`latchkey.${name}`)
  return {
    get: () => store[key],
    set: (value) => {
      store[key] = value
    },
  }
}
