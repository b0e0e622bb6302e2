import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import pLimit, { type LimitFunction } from 'p-limit'
import { normalize } from '../normalize.ts'
import { processSlot } from '../process-slot.ts'

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane (requirements/accounts §2). */
const PARAMETERS = { memoryCost: 19456, timeCost: 2, parallelism: 1 } as const

/** Strangers can cause many hashes. No more run at once in the process than there are cores. */
const slot = processSlot<LimitFunction>('password-hashing')

function inTurn<T>(work: () => Promise<T>): Promise<T> {
  let limit = slot.get()
  if (!limit) {
    limit = pLimit(availableParallelism())
    slot.set(limit)
  }
  return limit(work)
}

/** Hashes a password (argon2id). Every character counts as typed; NFC makes two keyboards agree on it. */
export function hashPassword(password: string): Promise<string> {
  return inTurn(() => hash(normalize(password, 'NFC'), PARAMETERS))
}

let decoy: Promise<string> | undefined

/**
 * Whether the password matches. Without a hash (unknown user) it does the same work and answers no, so that both cases take
 * equally long.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password')
  const target = stored ?? (await decoy)
  const fits = await inTurn(() => verify(target, normalize(password, 'NFC')))
  return stored !== null && fits
}

/** Whether the hash was made with other parameters than today's and should be remade at the next sign-in. */
export function needsRehash(stored: string): boolean {
  return !stored.includes(`m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}`)
}
