import { createPublicKey, type KeyObject } from 'node:crypto'
import { localError } from './errors.ts'

/** A vendor's public key: text alone, or with the id (`kid`) that the server gave it. */
export type PinnedKey = string | { kid: string; key: string }

/** A parsed key. With a `kid` it counts only for what names that very key. */
export type TrustedKey = { kid: string | null; key: KeyObject }

/** SubjectPublicKeyInfo of an Ed25519 key, up to the 32 bytes of the key itself. */
const ED25519_PREFIX = Buffer.from('302a300506032b6570032100', 'hex')

/** The keys that may have signed something that names `kid`; null for what names none. */
export function keysFor(keys: readonly TrustedKey[], kid: string | null): TrustedKey[] {
  return keys.filter((trusted) => trusted.kid === null || trusted.kid === kid)
}

/** The product's keys, as PEM. Throws `LatchkeyError` `CONFIGURATION`. */
export function parseProductKeys(pinned: PinnedKey | readonly PinnedKey[]): TrustedKey[] {
  const list = asList(pinned)
  if (list.length === 0) throw wrong('publicKey', 'must hold at least one key')
  return list.map((entry) => {
    const key = parsePem('publicKey', textOf(entry))
    if (key.asymmetricKeyType !== 'rsa' || (key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
      throw wrong('publicKey', 'must be an RSA key of at least 2048 bits')
    }
    return { kid: kidOf(entry), key }
  })
}

/** The account's Ed25519 keys, as 64 hexadecimal characters or as PEM. Throws `LatchkeyError` `CONFIGURATION`. */
export function parseAccountKeys(pinned: PinnedKey | readonly PinnedKey[]): TrustedKey[] {
  return asList(pinned).map((entry) => {
    const text = textOf(entry).trim()
    const key = /^[0-9a-f]{64}$/i.test(text) ? fromHex(text) : parsePem('accountKey', text)
    if (key.asymmetricKeyType !== 'ed25519') throw wrong('accountKey', 'must be an Ed25519 key')
    return { kid: kidOf(entry), key }
  })
}

function asList(pinned: PinnedKey | readonly PinnedKey[]): readonly PinnedKey[] {
  return typeof pinned === 'string' || 'key' in pinned ? [pinned] : pinned
}

function textOf(entry: PinnedKey): string {
  return typeof entry === 'string' ? entry : entry.key
}

function kidOf(entry: PinnedKey): string | null {
  return typeof entry === 'string' ? null : entry.kid
}

function fromHex(hex: string): KeyObject {
  const der = Buffer.concat([ED25519_PREFIX, Buffer.from(hex, 'hex')])
  return createPublicKey({ key: der, format: 'der', type: 'spki' })
}

function parsePem(option: string, pem: string): KeyObject {
  // Node would derive the public key from it, and the vendor would ship the means to sign licenses.
  if (pem.includes('PRIVATE KEY')) throw wrong(option, 'holds a private key, which must stay secret')
  try {
    return createPublicKey(pem)
  } catch (cause) {
    throw wrong(option, 'is not a public key in PEM form', cause)
  }
}

function wrong(option: string, problem: string, cause?: unknown) {
  return localError('CONFIGURATION', `Latchkey option "${option}" ${problem}.`, { cause })
}
