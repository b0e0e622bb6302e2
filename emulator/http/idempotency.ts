import { createHash } from 'node:crypto'
import type { Storage } from '../storage.ts'
import { ApiError } from './errors.ts'

export interface Answer {
  status: number
  body: object
}

/** Keys whose first request is still running in this process. */
export type InFlight = Set<string>

/** What a key is bound to: the same key with anything else is an error. */
export function fingerprintOf(method: string, path: string, body: string): string {
  return createHash('sha256').update(`${method} ${path}\n${body}`).digest('hex')
}

/**
 * The stored answer of an earlier request with this key, or undefined for the first one.
 * @throws ApiError 400 `idempotency_error` if the key was used for another request.
 */
export async function replay(
  storage: Storage,
  key: string,
  fingerprint: string,
): Promise<Answer | undefined> {
  const stored = await storage.get('idempotent_answer', key)
  if (!stored) return undefined
  if (stored.fingerprint !== fingerprint) {
    throw new ApiError(
      400,
      'idempotency_error',
      'Keys for idempotent requests can only be used with the same parameters they were first used with. Try using ' +
        `a key other than '${key}' if you meant to execute a different request.`,
    )
  }
  return { status: stored.status, body: JSON.parse(storage.open(stored.sealed_body)) as object }
}

/** @throws ApiError 409 if a request with this key is still running. */
export function enter(inFlight: InFlight, key: string): void {
  if (inFlight.has(key)) {
    throw new ApiError(
      409,
      'idempotency_error',
      `There is currently another in-progress request using this Idempotent Key (that probably means you submitted ` +
        `twice, and the other request is still going through): ${key}. Please try again later.`,
      { code: 'idempotency_key_in_use' },
    )
  }
  inFlight.add(key)
}
