import { createHash, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { env } from '../env.ts'

/** Purposes of derived keys. Each purpose has its own key, so a leaked key reveals no other. */
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
  /** The same key as an OpenSSL object. Making it from bytes for each MAC would take five times as long as the MAC. */
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

/** Values that are looked up by a hash and are sealed beside it, so that the hash can be recomputed when SECRET_KEY changes. */
export type LookUpPurpose = Extract<Purpose, `${string}-look-up`>

/**
 * Look-up value under the current entry of SECRET_KEY (hex). Equal inputs give equal values; nobody can guess it without the
 * key. `key reencrypt` recomputes it from the clear text (`lookUps` in lib/core/key-store/sealed-columns.ts). Values whose
 * clear text is gone use `lastingHash` in lib/core/key-store/lasting-keys.ts.
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
