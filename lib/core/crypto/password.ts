import { availableParallelism } from 'node:os'
import { hash, verify } from '@node-rs/argon2'
import { normalize } from '../normalize.ts'

/** OWASP's minimum for argon2id: 19 MiB, two passes, one lane (requirements/accounts §2). */
const PARAMETERS = { memoryCost: 19456, timeCost: 2, parallelism: 1 } as const

/** Strangers can cause many hashes. No more run at once than there are cores. */
let free = Math.max(1, availableParallelism())
const waiting: (() => void)[] = []

async function withSlot<T>(work: () => Promise<T>): Promise<T> {
  if (free > 0) free -= 1
  else await new Promise<void>((resolve) => waiting.push(resolve))
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else free += 1
  }
}

/** Hashes a password (argon2id). Every character counts as typed; NFC makes two keyboards agree on it. */
export function hashPassword(password: string): Promise<string> {
  return withSlot(() => hash(normalize(password, 'NFC'), PARAMETERS))
}

let decoy: Promise<string> | undefined

/**
 * Whether the password matches. Without a hash (unknown user) it does the same work and answers no, so that both cases take
 * equally long.
 */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  decoy ??= hashPassword('no account has this password')
  const target = stored ?? (await decoy)
  const fits = await withSlot(() => verify(target, normalize(password, 'NFC')))
  return stored !== null && fits
}

/** Whether the hash was made with other parameters than today's and should be remade at the next sign-in. */
export function needsRehash(stored: string): boolean {
  return !stored.includes(`m=${PARAMETERS.memoryCost},t=${PARAMETERS.timeCost},p=${PARAMETERS.parallelism}`)
}
