import { z } from 'zod'
import { MIN_HIDDEN_BITS } from '#lib/catalog/templates/key-pattern.ts'
import { lookUpHash, lookUpHashes } from '#lib/core/crypto/keyring.ts'
import { seal, tryOpen } from '#lib/core/crypto/seal.ts'
import { AppError } from '#lib/core/errors.ts'
import { TAIL_HASH_LENGTH } from '#lib/core/key-store/sealed-columns.ts'
import { canonicalSecret, canonicalTail } from '#lib/core/typed-secret.ts'

/** The most characters of a key that are kept in clear. */
export const KEY_PREFIX_LENGTH = 6

/** A key as a license's row holds it. `patternBits`: the random bits of the pattern it was made from. */
export function storedKey(key: string, licenseId: string, patternBits = Number.POSITIVE_INFINITY) {
  return {
    sealedKey: seal('license-key', key, licenseId),
    keyHash: keyLookUp(key),
    ...keyForms(key, patternBits),
  }
}

/** The search columns of a key besides its hash. */
export function keyForms(key: string, patternBits = Number.POSITIVE_INFINITY) {
  const { prefixLength, hasTail } = shownParts(key, patternBits)
  return {
    keyCanonicalHash: canonicalLookUp(key),
    keyPrefix: key.slice(0, prefixLength),
    keyTail: hasTail ? tailLookUp(key) : null,
  }
}

/**
 * The license's key in clear, for work that needs it. The caller is responsible for who sees it.
 * @throws CONFLICT when it cannot be read
 */
export function openKey(row: { id: string; sealedKey: string }): string {
  const key = readKey(row)
  if (key === undefined) throw unreadableKey()
  return key
}

/** The same; undefined when it cannot be read. */
export function readKey(row: { id: string; sealedKey: string }): string | undefined {
  return tryOpen('license-key', row.sealedKey, row.id)
}

/** The refusal when a key is needed but cannot be read. */
export function unreadableKey(): AppError {
  return new AppError(
    'CONFLICT',
    'The key of this license cannot be read: it was sealed under another SECRET_KEY, or altered. Replace the key, or bring that SECRET_KEY back.',
  )
}

/** A key in answers: empty if it cannot be read; another member says so. */
export function shownKey(row: { id: string; sealedKey: string }): { key: string; keyUnreadable?: true } {
  const key = readKey(row)
  return key === undefined ? { key: '', keyUnreadable: true } : { key }
}

/** What `shownKey` adds to an answer's schema. */
export const keyUnreadableField = z.literal(true).optional().meta({
  description: 'There, and true, only where the key cannot be read: it is empty then.',
})

/** What `licenses.key_hash` holds for this key. */
export function keyLookUp(key: string): string {
  return lookUpHash('license-key-look-up', key)
}

/** Values it may still hold while a secret is being rotated. */
export function keyLookUps(key: string): string[] {
  return lookUpHashes('license-key-look-up', key)
}

/** What `key_canonical_hash` holds for this key, however it is typed; empty for one of dashes and quotes alone, which has no such form. */
export function canonicalLookUp(key: string): string {
  const canonical = canonicalSecret(key)
  return canonical && lookUpHash('license-key-canonical-look-up', canonical)
}

/** What it may still hold while a secret is being rotated; nothing for what has no such form. */
export function canonicalLookUps(typed: string): string[] {
  const canonical = canonicalSecret(typed)
  return canonical ? lookUpHashes('license-key-canonical-look-up', canonical) : []
}

/** The value of `key_tail` for this key: a hash cut so short that many keys share it. */
export function tailLookUp(key: string): string {
  return lookUpHash('license-key-tail-look-up', canonicalTail(key)).slice(0, TAIL_HASH_LENGTH)
}

/** Values it may still hold while a secret is being rotated. */
export function tailLookUps(typed: string): string[] {
  return lookUpHashes('license-key-tail-look-up', canonicalTail(typed)).map((hash) =>
    hash.slice(0, TAIL_HASH_LENGTH),
  )
}

/** How many characters of a key may be shown so that enough stays hidden. The key's characters bound the random bits in it. */
function shownParts(key: string, patternBits: number): { prefixLength: number; hasTail: boolean } {
  const canonical = canonicalSecret(key)
  const { least, most } = bitsOfCharacter(canonical)
  const hidden = Math.min(canonical.length * least, patternBits) - MIN_HIDDEN_BITS
  const told = (length: number) => canonicalSecret(key.slice(0, length)).length * most
  if (told(KEY_PREFIX_LENGTH) + TAIL_HASH_LENGTH * 4 <= hidden)
    return { prefixLength: KEY_PREFIX_LENGTH, hasTail: true }
  let prefixLength = KEY_PREFIX_LENGTH
  while (prefixLength > 0 && told(prefixLength) > hidden) prefixLength -= 1
  return { prefixLength, hasTail: false }
}

/** Random bits of one character of such a key, at least and at most. */
function bitsOfCharacter(canonical: string): { least: number; most: number } {
  if (/^\d*$/.test(canonical)) return { least: Math.log2(10), most: Math.log2(10) }
  if (/^[\da-f]*$/.test(canonical)) return { least: 4, most: 4 }
  const lettersAndDigits = Math.log2(36)
  return {
    least: lettersAndDigits,
    most: /^[\da-z]*$/.test(canonical) ? lettersAndDigits : Math.log2(PRINTABLE),
  }
}

/** Printable ASCII characters that differ in the canonical form. */
const PRINTABLE = 69
