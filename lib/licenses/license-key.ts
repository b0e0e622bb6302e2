import { z } from 'zod'
import { lookUpHash, lookUpHashes } from '../crypto/keyring.ts'
import { seal, tryOpen } from '../crypto/seal.ts'
import { AppError } from '../errors.ts'

/** How much of a key is kept in clear, characters. */
export const KEY_PREFIX_LENGTH = 6

/** A key as a license's row holds it. */
export function storedKey(key: string, licenseId: string) {
  return {
    sealedKey: seal('license-key', key, licenseId),
    keyHash: keyLookUp(key),
    keyPrefix: key.slice(0, KEY_PREFIX_LENGTH),
  }
}

/**
 * The key of that license in clear, for what cannot be done without it. Whoever calls it answers for who sees it.
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

/** The refusal of what needs a key that cannot be read. */
export function unreadableKey(): AppError {
  return new AppError(
    'CONFLICT',
    'The key of this license cannot be read: it was sealed under another SECRET_KEY, or altered. Replace the key, or bring that SECRET_KEY back.',
  )
}

/** A key as answers show it: empty where it cannot be read, which is then said beside it. */
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

/** What it may still hold while a secret is being rotated. */
export function keyLookUps(key: string): string[] {
  return lookUpHashes('license-key-look-up', key)
}
