import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { env } from '../env.ts'

/** What a derived key is for. One purpose, one key: a leak of one says nothing of another. */
export type Purpose =
  | 'backup'
  | 'canary'
  | 'lasting-key'
  | 'license-key'
  | 'license-key-look-up'
  | 'license-key-canonical-look-up'
  | 'license-key-tail-look-up'
  | 'signing-key'
  | 'user-key'
  | 'ban'
  | 'mail'
  | 'totp'
  | 'idempotent-answer'
  | 'identifier-throttle'
  | 'nextauth'
  | 'operator-cookie'
  | 'flow-cookie'
  | 'forwarded-client'
  | 'emulator'
  | 'fix-link'
  | 'webhook-token'
  | 'webhook-payload'
  | 'list-cursor'

export interface DerivedKey {
  /** Names the root key it came from, so that a rotated secret still opens what it sealed. */
  kid: string
  key: Buffer
  /** The same as OpenSSL wants it: from bytes it would be made anew for every MAC, for five times what the MAC takes. */
  secret: KeyObject
}

const cache = new Map<string, DerivedKey[]>()

/** The 256-bit keys of a purpose, one per entry of SECRET_KEY; the first is the one to write with. */
export function derivedKeys(purpose: Purpose): [DerivedKey, ...DerivedKey[]] {
  const roots = env().SECRET_KEY
  const cacheKey = `${purpose}:${roots.join(',')}`
  let keys = cache.get(cacheKey)
  if (!keys) {
    keys = roots.map((root) => {
      const key = Buffer.from(hkdfSync('sha256', root, 'latchkey', purpose, 32))
      const kid = createHash('sha256').update(`kid:${root}`).digest('hex').slice(0, 8)
      return { kid, key, secret: createSecretKey(key) }
    })
    cache.set(cacheKey, keys)
  }
  const [first, ...others] = keys
  if (!first) throw new Error('SECRET_KEY is empty')
  return [first, ...others]
}

/** A key as text, for libraries that want a password. */
export function derivedSecret(purpose: Purpose): string {
  return derivedKeys(purpose)[0].key.toString('base64url')
}

/** What is looked up by a hash and stands sealed beside it, so that the hash can be made anew when SECRET_KEY changes. */
export type LookUpPurpose = Extract<Purpose, `${string}-look-up`>

/**
 * Look-up value under the current entry of SECRET_KEY (hex). Equal inputs give equal values; without the key it cannot be
 * guessed. `key reencrypt` makes it anew from the clear text (`lookUps` in lib/core/key-store/sealed-columns.ts). For what cannot be
 * read again there is `lastingHash` in lib/core/key-store/lasting-keys.ts.
 */
export function lookUpHash(purpose: LookUpPurpose, value: string): string {
  return mac(derivedKeys(purpose)[0].secret, value)
}

/** Look-up values under every entry, for reading while a secret is being rotated. */
export function lookUpHashes(purpose: LookUpPurpose, value: string): string[] {
  return derivedKeys(purpose).map(({ secret }) => mac(secret, value))
}

/** HMAC-SHA-256, hex. */
export function mac(key: KeyObject, value: string): string {
  return createHmac('sha256', key).update(value).digest('hex')
}
